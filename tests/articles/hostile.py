"""Pages, feeds and payloads that mean harm, made by rule so that there can be many of them."""

import json
import random
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup

# A web address, a mailbox, or a place on this site: no other scheme, and no "//host".
HARMLESS = re.compile(r"https?:|mailto:|(?![\\/]{2}|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
TEXT = "The council said on Monday that it would mend the old bridge before winter comes to the valley. "


def pages() -> list[str]:
    """60 pages that take parsers far more time or memory than they are long, or that lie about what they are."""
    units = [
        "<div>",
        "<b>",
        "<a href=x>",
        "<table><tr><td>",
        "<ul><li>",
        "<svg>",
        "<math>",
        "<form>",
        "<select>",
        "<p><i>",
        "<dl><dd>",
    ]
    deep = [unit * count for unit in units for count in (200, 100_000)]
    flat = [f"<p>{TEXT}</p>" * count for count in (1_000, 20_000)]
    flat += [unit * 60_000 for unit in ("<br>", "<hr>", "x<i>x</i>")]
    unclosed = [
        mark * 200_000 for mark in ("<!--", "<![CDATA[", "<div ", '<p title="', "<", "<!", "<?", "</", "&", "&#x")
    ]
    raw = [f"<{name}>" + TEXT * 5_000 for name in ("script", "style", "title", "textarea", "xmp", "noscript", "iframe")]
    attributes = ["<p " + " ".join(f"a{n}={n}" for n in range(count)) + f">{TEXT}" for count in (150, 100_000)]
    structured = [f'<script type="application/ld+json">{given}</script>{TEXT}' for given in (
        "[" * 100_000, '{"@type":' * 10_000, json.dumps([{"@type": "NewsArticle", "headline": "x"}] * 5_000), '"' * 9,
    )]  # fmt: skip
    odd = [TEXT + "\0" * 10, "<p>" + " " * 1_000_000 + "x", "<p>" + "\u202e" * 100_000 + TEXT,
           "<p>" + "2026-03-03 " * 90_000, "<h1>" + "x" * 1_000_000 + f"</h1><p>{TEXT}",
           f"<base href='javascript:1'><h1>a</h1><p>{TEXT}",
           '<!DOCTYPE html [<!ENTITY a "b">]><p>' + TEXT, '<!DOCTYPE html SYSTEM "http://127.0.0.1/x.dtd">' + TEXT,
           f"<meta http-equiv=refresh content='0;url=http://127.0.0.1/'><p>{TEXT}", "<font>" * 240 + TEXT]  # fmt: skip
    return ["<html><body>" + body for body in (*deep, *flat, *unclosed, *raw, *attributes, *structured, *odd)][:60]


def feeds() -> list[str]:
    """80 feeds with DTDs, entities, floods, faults and lies."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    heads = [f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>', '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
             '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/a.dtd">', '<!DOCTYPE rss PUBLIC "-//x" "http://127.0.0.1:1/">',
             '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]>', '<?xml-stylesheet href="http://127.0.0.1:1/"?>',
             '<!doctype rss [<!ATTLIST rss a CDATA "b">]>', "<!ENTITY a 'b'>"]  # fmt: skip
    item = "<item><title>{0}</title><link>https://h.example.org/{0}</link><description>&l9;&x; {0}</description></item>"
    bodies = [item.format(1), "".join(map(item.format, range(3_000))), item.format(1) * 50,
              "<item>" * 10_000, item.format("x" * 300_000), "<a>" * 200_000, item.format(1)[:40],
              "<item><title>&#0;&#xFFFF;</title></item>", "<item><pubDate>31/02/2099</pubDate></item>",
              "<item><title>a</title><link>/etc/passwd</link><description><![CDATA["
              + "<b>" * 90_000 + "]]></description>"
              "</item>"]  # fmt: skip
    return [
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel>{body}</channel></rss>'
        for head in heads
        for body in bodies
    ]


_VECTORS = [
    "<script>{js}</script>", "<img src=x onerror={js}>", "<svg onload={js}>", "<a href='javascript:{js}'>x</a>",
    "<iframe srcdoc='&lt;script&gt;{js}&lt;/script&gt;'></iframe>", "<body onload={js}>",
    "<math><mi xlink:href='javascript:{js}'>",
    "<style>@import 'javascript:{js}';</style>", "<input autofocus onfocus={js}>", "<details open ontoggle={js}>",
    "<video><source onerror={js}></video>", "<object data='data:text/html,<script>{js}</script>'></object>",
    "<form action='javascript:{js}'><button>x</button></form>",
    "<noscript><p title='</noscript><script>{js}</script>'>",
    "<svg><style><img src=x onerror={js}></style></svg>", "<math><mtext><table><mglyph><style><img src onerror={js}>",
    "[x](javascript:{js})", "[x](data:text/html,{js})", "![x](https://evil.example/p.png?{js})",
    "[x](//evil.example/{js})",
    "<javascript:{js}>", "{{{{ config }}}} {{% {js} %}}", "**<b onclick={js}>x</b>**",
    "<a href='\tjava\nscript:{js}'>x</a>",
    "<img src='https://evil.example/pixel.gif?{js}'>",
]  # fmt: skip
_SCRIPTS = ["alert(1)", "alert`1`", "top[`al`+`ert`](1)", "eval(name)", "fetch('https://evil.example')", "location=1"]
_TWISTS = [
    lambda text: text,
    lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
    lambda text: text.swapcase() if "javascript" not in text else text.replace("javascript", "JaVaScRiPt"),
    lambda text: text.replace("<", "<\u200b"),
    lambda text: text.replace("<", "＜").replace(">", "＞"),
    lambda text: text.replace(" ", "/"),
    lambda text: f'"><!--{text}',
    lambda text: f"--></title></textarea>{text}",
    lambda text: text.replace("script", "scr<script>ipt"),
    lambda text: f"`{text}`",
]


def payloads(number: int) -> list[str]:
    """So many of the 1,500 ways to put a script, a remote picture or a template into a text."""
    every = [twist(vector.format(js=js)) for vector in _VECTORS for js in _SCRIPTS for twist in _TWISTS]
    assert len(every) == 1_500
    return random.Random(7).sample(every, number)


def inlets(found: list[str]) -> Iterator[tuple[str, str, bool]]:
    """(what it is, the document, whether it is a feed): the same payloads by every way in."""
    lines = "\n\n".join(f"{TEXT}{payload}" for payload in found)
    marked = "".join(f"<p>{TEXT}{payload}</p>" for payload in found)
    own = f"## Opinion\n\n{lines}\n\n## To Do\n\n1. Write: {found[-1]}"
    yield "text", f"A headline\n\n{TEXT}\n\n{lines}\n\n{own}", False
    yield "page", f"<html><body><article><h1>A headline</h1>{marked}</article></body></html>", False
    report = {"@type": "NewsArticle", "headline": f"A {found[0]}", "articleBody": lines, "author": found[-1],
              "url": f"javascript:{found[0]}",
              "image": {"url": f"https://evil.example/{found[0]}", "caption": found[1]}}  # fmt: skip
    yield "json", json.dumps(report), False
    items = [{"title": f"A {payload}", "url": f"https://h.example.org/{n}", "content_html": f"<p>{TEXT}{payload}</p>"}
             for n, payload in enumerate(found)]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": found[0], "items": items}
    yield "feed", json.dumps(feed), True
    safe = lines.replace("\n# ", "\n\\# ")
    own = f"# Opinion\n{safe}\n\n# Action\n{safe}\n"
    yield "campaign file", f"---\ntitle: Mend it\n---\n# Article\n{safe}\n\n{own}", False


def harm(page: BeautifulSoup, *, site: str = "http://localhost") -> list[str]:
    """What of a page of ours would run, or lead a reader's browser elsewhere unasked; [] as it must be."""
    found = page.find_all(["iframe", "object", "embed", "base", "math", "video", "style"])
    for script in page.find_all("script"):
        if not script.get("src", "").startswith("/static/") or script.text:
            found.append(script)
    own = ("/", "data:image/svg", site)
    for element in page.find_all(True):
        if [name for name in element.attrs if name.startswith("on") or name == "srcdoc"]:
            found.append(element)
        for name in ("src", "action", "formaction", "data", "poster", "background", "srcset"):
            address = element.get(name, "/")
            if not address.startswith(own) or address.startswith("//"):
                found.append(element)
        # As browsers read it: without spaces and controls.
        if element.name == "a" and not HARMLESS.match(re.sub(r"[\x00-\x20]", "", element.get("href", "/"))):
            found.append(element)
    return [str(element)[:300] for element in found]
