"""Addresses on the web."""

import pytest

from campaign import weblinks


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://example.org/report?id=1#top", True),
        ("http://example.org", True),
        ("https://例え.jp/頁", True),
        ("example.org", False),  # no scheme: would be a page of ours
        ("//example.org/report", False),  # leads off the site without looking like it
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost/", False),  # no site of the public
        ("https://[::1", False),  # half an address
        ("https://example.org/a b", False),
        ("data:text/html,https://example.org", False),
        ("", False),
    ],
)
def test_only_a_whole_address_is_a_page(url: str, page: bool) -> None:
    assert weblinks.is_page(url) is page
    assert weblinks.is_link(url) is page


def test_a_mailbox_is_a_link_but_no_page() -> None:
    assert weblinks.is_link("mailto:mayor@example.org")
    assert not weblinks.is_page("mailto:mayor@example.org")
    assert not weblinks.is_link("mailto:mayor")


def test_a_front_page_is_an_address_without_a_way() -> None:
    assert weblinks.is_front_page("https://www.example.org/")
    assert not weblinks.is_front_page("https://www.example.org/contact")
    assert not weblinks.is_front_page("https://example.org/?page=2")
    assert not weblinks.is_front_page("mailto:mayor@example.org")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.example.org/report", "example.org"),
        ("https://EXAMPLE.org:8080/", "example.org"),
        ("mailto:mayor@example.org", "mayor@example.org"),
        ("https://[::1", "https://[::1"),
    ],
)
def test_readers_know_a_site_by_its_name(url: str, name: str) -> None:
    assert weblinks.host(url) == name
