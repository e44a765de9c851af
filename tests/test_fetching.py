"""What comes from the web, how much of it, how long it may take, and where it must not come from."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import quote

import pytest

from campaign import addresses, connecting, fetch_failures, fetching
from campaign.connecting import Limits, Reach
from campaign.fetch_failures import FetchFailed
from tests.conftest import skip
from tests.site import ADDRESS, PAGE, QUICK, SMALL, Inside, Site, reach, serving, zeros
from tests.test_addresses import INSIDE

AGENT = "Campaign (+https://campaign.example)"
HTML = frozenset({"text/html"})


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    for bomb in (zeros(1), zeros(16), zeros(16, zlib.MAX_WBITS)):  # built before the clock runs
        assert len(bomb) < SMALL.wire
    with serving() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    """A site nobody has visited yet."""
    running.seen.clear()
    return running


@pytest.fixture
def inside() -> Iterator[Inside]:
    """What must never be reached; closed by the test before it counts."""
    listening = Inside()
    yield listening
    listening.close()


def fetch(site: Site, path: str, *, limits: Limits = SMALL, **values: object) -> fetching.Fetched:
    given = {"agent": AGENT, "kinds": HTML, "limits": limits, "reach": reach(), **values}
    return fetching.fetch(site.url(path), **given)  # type: ignore[arg-type]


def test_a_page_comes_with_what_the_server_says_of_it(site: Site) -> None:
    page = fetch(site, "/tagged?a=b#here")
    assert page == fetching.Fetched(
        url=site.url("/tagged?a=b"),
        status=200,
        content_type="text/html",
        charset="utf-8",
        body=PAGE,
        etag='"one"',
        last_modified="Sat, 21 Nov 2026 10:00:00 GMT",
    )


def test_an_unchanged_page_does_not_come_again(site: Site) -> None:
    page = fetch(site, "/tagged", etag='"one"')
    assert (page.status, page.body) == (304, b"")
    with pytest.raises(fetch_failures.OddAnswer):  # to somebody who did not ask for that
        fetch(site, "/304")


def test_it_says_who_asks_and_nothing_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fetch(site, "/cookie")
    first, second = (request.headers for request in site.seen)
    assert first["User-Agent"] == AGENT
    assert first["Host"] == f"news.example:{site.server_port}"
    for headers in (first, second):
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize("path", ["/gzip", "/members", "/deflate", "/bare-deflate", "/chunked", "/packed/identity"])
def test_what_was_packed_for_the_way_is_unpacked(site: Site, path: str) -> None:
    assert fetch(site, path).body == PAGE


def test_five_redirects_are_followed(site: Site) -> None:
    page = fetch(site, "/hops/5")
    assert (page.url, page.body) == (site.url("/page"), PAGE)
    with pytest.raises(fetch_failures.TooManyRedirects, match=r"news.example sends readers on again and again"):
        fetch(site, "/hops/6")


@pytest.mark.parametrize("target", ["/pagé", "/pag%C3%A9", "//news.example:{port}/x y", "?a=b#c"])
def test_redirects_may_be_written_as_servers_write_them(site: Site, target: str) -> None:
    with pytest.raises(fetch_failures.NotThere if target[0] == "/" else fetch_failures.BadRedirect):
        fetch(site, "/to?url=" + target.format(port=site.server_port).replace("#", "%23").replace(" ", "%20"))


def test_strange_headers_are_taken_for_none(site: Site) -> None:
    page = fetch(site, "/strange-headers")
    assert (page.body, page.charset, page.etag, page.last_modified) == (PAGE, "", "", "")


REFUSED = [
    # path, failure, words
    ("/404", fetch_failures.NotThere, "has no such page (404)"),
    ("/410", fetch_failures.NotThere, "has no such page (410)"),
    ("/401", fetch_failures.NotForPrograms, "readers must pay or sign in"),
    ("/403", fetch_failures.NotForPrograms, "readers must pay or sign in"),
    ("/451", fetch_failures.NotForPrograms, "paste the text"),
    ("/busy", fetch_failures.Busy, "is busy (429)"),
    ("/503", fetch_failures.Busy, "is busy (503)"),
    ("/500", fetch_failures.SiteFault, "fault of its own (500)"),
    ("/204", fetch_failures.OddAnswer, "no page (204)"),
    ("/400", fetch_failures.OddAnswer, "no page (400)"),
    ("/circle", fetch_failures.TooManyRedirects, "again and again"),
    ("/nowhere", fetch_failures.BadRedirect, "no web page"),
    ("/to?url=javascript:alert(1)", fetch_failures.BadRedirect, "no web page"),
    ("/to?url=file:///etc/passwd", fetch_failures.BadRedirect, "no web page"),
    ("/to?url=http://a:b@news.example/", fetch_failures.HasPassword, "Leave out the name and password"),
    ("/to?url=http://[::1", fetch_failures.BadRedirect, "no web page"),
    ("/pdf", fetch_failures.WrongKind, "not a web page but application/pdf"),
    ("/picture", fetch_failures.WrongKind, "not a web page but image/png"),
    ("/declared-large", fetch_failures.TooLarge, "larger than 0.0625 MB"),
    ("/absurdly-large", fetch_failures.TooLarge, "larger than"),
    ("/endless", fetch_failures.TooLarge, "larger than"),
    ("/bomb", fetch_failures.TooLargeUnpacked, "larger than 0.25 MB when unpacked"),
    ("/many-bombs", fetch_failures.TooLargeUnpacked, "when unpacked"),
    ("/deflate-bomb", fetch_failures.TooLargeUnpacked, "when unpacked"),
    ("/nested-bomb", fetch_failures.UnknownPacking, "packs its pages"),
    ("/packed/br", fetch_failures.UnknownPacking, "packs its pages"),
    ("/packed/zstd", fetch_failures.UnknownPacking, "packs its pages"),
    ("/packed/compress", fetch_failures.UnknownPacking, "packs its pages"),
    ("/false-gzip", fetch_failures.UnknownPacking, "packs its pages"),
    ("/half-gzip", fetch_failures.CutOff, "broke off in the middle"),
    ("/cut", fetch_failures.CutOff, "broke off in the middle"),
    ("/cut-chunks", fetch_failures.CutOff, "broke off in the middle"),
    ("/silent", fetch_failures.TooSlow, "does not answer in time"),
    ("/drip", fetch_failures.TooSlow, "does not answer in time"),
    ("/drip-head", fetch_failures.TooSlow, "does not answer in time"),
    ("/drip-chunks", fetch_failures.TooSlow, "does not answer in time"),
    ("/hints", fetch_failures.TooSlow, "does not answer in time"),
    ("/many-headers", fetch_failures.NotReached, "cannot be reached"),
    ("/long-header", fetch_failures.NotReached, "cannot be reached"),
    ("/nonsense", fetch_failures.NotReached, "cannot be reached"),
]


@pytest.mark.parametrize(("path", "failure", "words"), REFUSED, ids=[path for path, _, _ in REFUSED])
def test_each_failure_has_a_name_a_remedy_and_an_end(
    site: Site, path: str, failure: type[FetchFailed], words: str
) -> None:
    site.texts = {"pdf": ("application/pdf", b"%PDF-1.7"), "picture": ("image/png", b"\x89PNG")}
    started = time.monotonic()
    with pytest.raises(failure) as caught:
        fetch(site, path, limits=QUICK if failure is fetch_failures.TooSlow else SMALL)
    assert words in caught.value.message
    assert caught.value.field == "url"
    assert time.monotonic() - started < QUICK.total + 2  # the machine may be busy


def test_what_may_pass_by_itself_is_marked_with_when_to_ask_again(site: Site) -> None:
    with pytest.raises(fetch_failures.Busy) as busy:
        fetch(site, "/busy")
    assert (busy.value.is_passing, busy.value.retry_after) == (True, 120.0)
    assert not fetch_failures.NotThere.is_passing


def test_a_ratio_no_text_has_ends_it_below_the_limit_of_bytes(site: Site) -> None:
    with pytest.raises(fetch_failures.TooLargeUnpacked):
        fetch(site, "/bomb", limits=Limits(unpacked=64 * 2**20))
    assert len(fetch(site, "/bomb", limits=Limits(unpacked=64 * 2**20, ratio=2000)).body) == 16 * 2**20


def test_nobody_there_is_said_plainly() -> None:
    with socket.create_server((ADDRESS, 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(fetch_failures.NotReached, match=r"news.example cannot be reached"):
        fetching.fetch(f"http://news.example:{port}/", agent=AGENT, kinds=HTML, limits=SMALL, reach=reach())


def test_the_next_address_of_a_name_is_tried(site: Site) -> None:
    def anything(_address: object) -> bool:
        return True

    both = reach(lambda _name: ["127.0.0.8", ADDRESS], is_allowed=anything)
    assert fetch(site, "/page", reach=both).body == PAGE


@pytest.mark.parametrize(
    ("code", "failure"),
    [(socket.EAI_NONAME, fetch_failures.HostUnknown), (socket.EAI_AGAIN, fetch_failures.NotReached)],
)
def test_a_name_nobody_knows_differs_from_one_nobody_can_say(site: Site, code: int, failure: type[FetchFailed]) -> None:
    def unknown(_name: str) -> list[str]:
        raise socket.gaierror(code, "no")

    with pytest.raises(failure, match=r"news.example"):
        fetch(site, "/page", reach=reach(unknown))


def test_a_resolver_that_never_answers_is_not_waited_for(site: Site) -> None:
    over = threading.Event()

    def wait(_name: str) -> list[str]:
        over.wait(5)
        return [ADDRESS]

    started = time.monotonic()
    with pytest.raises(fetch_failures.TooSlow):
        fetch(site, "/page", limits=QUICK, reach=reach(wait))
    over.set()
    assert time.monotonic() - started < 1


# Where it must not come from.


def notations(address: str) -> list[str]:
    """One IPv4 address in every way somebody somewhere reads."""
    a, b, c, d = (int(part) for part in address.split("."))
    whole = int(IPv4Address(address))
    high, low = f"{whole >> 16:x}", f"{whole & 0xFFFF:x}"
    return [
        address,
        f"{address}.",
        f"{address}..",
        str(whole),
        f"0x{whole:x}",
        f"0X{whole:X}",
        f"0{whole:o}",
        f"{whole + 2**32}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0000{a:o}.{b}.{c}.{d}",
        f"{a}.0x{b:x}.{c}.0{d:o}",
        f"{a}.{(b << 16) + (c << 8) + d}",
        f"{a}.{b}.{(c << 8) + d}",
        f"0x{a:x}.{(b << 16) + (c << 8) + d}",
        f"{a:03}.{b:03}.{c:03}.{d:03}",
        "".join(f"%{ord(letter):02x}" for letter in address),
        address.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),  # full width
        address.translate({ord(str(n)): chr(0x0660 + n) for n in range(10)}),  # Arabic
        address.translate({ord(str(n)): chr(0x245F + n) for n in range(1, 10)}),  # circled
        address.replace(".", "。"),
        address.replace(".", "．"),
        address.replace(".", "｡"),
        f"[::ffff:{address}]",
        f"[::ffff:{high}:{low}]",
        f"[0:0:0:0:0:ffff:{address}]",
        f"[::{address}]",
        f"[::ffff:0:{address}]",
        f"[64:ff9b::{address}]",
        f"[64:ff9b:1::{address}]",
        f"[2002:{high}:{low}::1]",
        f"[2a00::5efe:{address}]",
        f"[2a00::200:5efe:{address}]",
        f"[2001:0:808:808:0:0:{0xFFFF - (whole >> 16):x}:{0xFFFF - (whole & 0xFFFF):x}]",
        f"good.example@{address}",
        f"good.example:80@{address}",
        f"{address}#@good.example",
        f"good.example\\@{address}",
    ]


TRICKS = [
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://localhost.localdomain:{port}/",
    "http://anything.localhost:{port}/",
    "http://ip6-localhost:{port}/",
    "http://intranet:{port}/",
    "http://metadata.google.internal:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[::1%lo]:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://[::1]%25lo:{port}/",
    "http://::1:{port}/",
    "http://0:{port}/",
    "http://00000000:{port}/",
    "http://0x:{port}/",
    "http://ⓛocalhost:{port}/",
    "http://ｌｏｃａｌｈｏｓｔ:{port}/",
    "http://loc\u00adalhost:{port}/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.0.1\r\nHost: x:{port}/",
    " http://127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "HTTP://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/x",
    "ftp://127.0.0.1:{port}/x",
    "ldap://127.0.0.1:{port}/x",
    "ws://127.0.0.1:{port}/x",
    "jar:http://127.0.0.1:{port}/!/",
    "view-source:http://127.0.0.1:{port}/",
    "data:text/html,x",
    "javascript:alert(1)",
    "http://user:password@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@good.example/",
    "http://good.example:{port}%2f@127.0.0.1/",
    "http://127.0.0.1:{port}?@good.example/",
    "http://127.0.0.1:{port};good.example/",
    "http://127.0.0.1%00.good.example:{port}/",
    "http://127.0.0.1%0d%0a:{port}/",
    "http://127.0.0.1.nip.example:{port}/",
    "http://1.1.1.1 &@127.0.0.1:{port}# @3.3.3.3/",
    "http://[127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://" + "a" * 64 + ".example:{port}/",
    "http://" + "a" * 3000 + ".example:{port}/",
    "http://a..example:{port}/",
    "",
]
REFUSALS = {
    fetch_failures.BadAddress,
    fetch_failures.BadRedirect,
    fetch_failures.HasPassword,
    fetch_failures.PrivateAddress,
}
HOSTS = ["127.0.0.1", "127.1.2.3", "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.100.100.200"]
ADDRESSES = [f"http://{host}:{{port}}/" for address in HOSTS for host in notations(address)] + TRICKS


def test_there_are_as_many_addresses_as_the_claim_names() -> None:
    assert len(set(ADDRESSES)) >= 300


def test_no_address_leads_inside(inside: Inside) -> None:
    """The guard as in production but for the ports; the resolver is Mallory's and knows only this machine."""
    mallory = Reach(ports=None, resolve=lambda _name, _port: ["127.0.0.1"])
    unrefused = []
    for address in ADDRESSES:
        try:
            fetching.fetch(address.format(port=inside.port), agent=AGENT, kinds=HTML, limits=SMALL, reach=mallory)
        except FetchFailed as failure:
            if type(failure) not in REFUSALS:
                unrefused.append(address)
        else:
            unrefused.append(address)
    inside.close()
    assert unrefused == []
    assert inside.visits == 0


def test_no_redirect_leads_inside(site: Site, inside: Inside) -> None:
    def names(name: str) -> list[str]:
        return [ADDRESS] if name == "news.example" else ["127.0.0.1"]

    sent_on = set()
    targets = [address.format(port=inside.port) for address in ADDRESSES if len(address) < 600]
    for target in targets:
        with pytest.raises(FetchFailed) as caught:
            fetch(site, f"/to?url={quote(target, safe='')}", reach=reach(names))
        sent_on.add(type(caught.value))
    inside.close()
    # Some are harmless there: without a scheme they name a page of the site itself.
    assert sent_on <= REFUSALS | {fetch_failures.NotThere}
    assert inside.visits == 0
    assert len(site.seen) >= len(targets)


@pytest.mark.parametrize("host", ["2130706441", "127.9", "0x7f.0.0.9", "0177.0.0.9", "127.0.0.9.0", "[127.0.0.9]"])
def test_half_written_addresses_are_refused_whatever_they_would_mean(site: Site, host: str) -> None:
    with pytest.raises((fetch_failures.PrivateAddress, fetch_failures.BadAddress)):
        fetching.fetch(site.url(host=host), agent=AGENT, kinds=HTML, limits=SMALL, reach=reach())
    assert site.seen == []


@pytest.mark.parametrize("answers", [[inner] for inner in INSIDE] + [[ADDRESS, inner] for inner in INSIDE])
def test_a_name_with_one_inner_address_is_refused(site: Site, answers: list[str]) -> None:
    with pytest.raises(fetch_failures.PrivateAddress) as caught:
        fetch(site, "/page", reach=reach(lambda _name: answers))
    assert answers[-1] not in caught.value.message
    assert site.seen == []


def test_a_name_is_looked_up_once_for_each_connection(site: Site, inside: Inside) -> None:
    asked: list[str] = []

    def rebinding(name: str) -> list[str]:
        asked.append(name)
        return [ADDRESS] if len(asked) == 1 else ["127.0.0.1"]

    assert fetch(site, "/page", reach=reach(rebinding)).body == PAGE
    assert asked == ["news.example"]
    asked.clear()
    with pytest.raises(fetch_failures.PrivateAddress):  # the second answer is judged as well
        fetch(site, "/hops/2", reach=reach(rebinding))
    inside.close()
    assert inside.visits == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://news.example:{port}/page",
        "HTTP://NEWS.EXAMPLE:{port}/page",
        "  http://news.example:{port}/page  ",
        "http://news.example.:{port}/page",
        "http://www.sub.news.example:{port}/page",
        "http://bücher.example:{port}/page",
        "http://xn--bcher-kva.example:{port}/page",
        "http://ドメイン.テスト:{port}/page",
        "http://مثال.إختبار:{port}/page",
        "http://7news.example:{port}/page",
        "http://news-7.example:{port}/page",
        "http://127.news.example:{port}/page",
        "http://0xnews.example:{port}/page",
        "http://127.0.0.9:{port}/page",
        "http://news.example:{port}/page/",
        "http://news.example:{port}/page/2026/11/22/bridge.html",
        "http://news.example:{port}/page?",
        "http://news.example:{port}/page?a=b&c=d",
        "http://news.example:{port}/page?u=http://127.0.0.1/",
        "http://news.example:{port}/page/@charlie",
        "http://news.example:{port}/page#part",
        "http://news.example:{port}/page/brücke",
        "http://news.example:{port}/page/br%C3%BCcke",
        "http://news.example:{port}/page/%",
        "http://news.example:{port}/page/a;b,c'd(e)",
        "http://news.example:{port}/page/../page",
        "http://news.example:{port}//page",
        "http://news.example:{port}/to?url=/page",
        "http://news.example:{port}/to?url=%2F%2Fother.example:{port}%2Fpage",
        "http://news.example:{port}/to?url=http%3A%2F%2Fb%C3%BCcher.example:{port}%2Fpage",
    ],
)
def test_good_addresses_are_fetched_however_they_are_written(site: Site, address: str) -> None:
    url = address.format(port=site.server_port)
    page = fetching.fetch(url, agent=AGENT, kinds=HTML, limits=SMALL, reach=reach())
    assert page.body == PAGE
    assert page.url.isascii() and "#" not in page.url


@pytest.mark.parametrize("url", ["http://news.example:8080/", "https://news.example:22/", "http://news.example:0/"])
def test_only_the_ports_of_the_web_are_fetched(url: str) -> None:
    asked: list[str] = []
    known = Reach(resolve=lambda name, _port: asked.append(name) or ["127.0.0.1"])  # type: ignore[func-returns-value]
    with pytest.raises(fetch_failures.OtherPort):
        fetching.fetch(url, agent=AGENT, kinds=HTML, reach=known)
    assert asked == []


def test_production_uses_the_whole_guard() -> None:
    assert Reach() == connecting.PUBLIC
    assert connecting.PUBLIC.is_allowed is addresses.is_public
    assert connecting.PUBLIC.ports == {80, 443}
    with pytest.raises(fetch_failures.PrivateAddress):
        fetching.fetch("http://127.0.0.1/", agent=AGENT, kinds=HTML)


# Safe connections.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for news.example that it signed itself."""
    if not shutil.which("openssl"):
        skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=news.example"
    names = ["-addext", "subjectAltName=DNS:news.example", "-keyout", f"{path}.key", "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    path.write_text(Path(f"{path}.key").read_text() + Path(f"{path}.crt").read_text())
    return path


def test_a_site_proves_its_name_though_its_address_is_connected(certificate: Path) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    known = reach(trust=lambda: ssl.create_default_context(cafile=str(certificate)))
    with serving(own) as site:
        good = site.url("/page", scheme="https")
        page = fetching.fetch(good, agent=AGENT, kinds=HTML, limits=SMALL, reach=known)
        assert (page.url, page.body) == (good, PAGE)
        other = site.url("/page", host="other.example", scheme="https")
        for url, trusted in ((other, known), (good, reach())):
            with pytest.raises(fetch_failures.UntrustedCertificate, match="cannot prove that it is"):
                fetching.fetch(url, agent=AGENT, kinds=HTML, limits=SMALL, reach=trusted)
        assert len(site.seen) == 1


def test_no_tls_where_it_was_expected_is_said(site: Site) -> None:
    with pytest.raises(fetch_failures.NoSafeConnection, match="begins with http://"):
        fetching.fetch(site.url(scheme="https"), agent=AGENT, kinds=HTML, limits=SMALL, reach=reach())
