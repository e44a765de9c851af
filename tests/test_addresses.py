"""Which addresses lead inside."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from campaign import addresses

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "11.0.0.0",  # after 10/8
    "100.63.255.255",  # before 100.64/10
    "100.128.0.0",  # after it
    "172.15.255.255",
    "172.32.0.0",
    "168.63.129.15",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",  # the last before multicast
    "2606:4700:4700::1111",
    "2a00:1450:4001::8a",
    "2001:4860:4860::8888",  # after 2001::/23
    "64:ff9b::8.8.8.8",  # the internet as an IPv6-only network sees it
    "2002:808:808::1",  # 6to4 of 8.8.8.8
    "2a00::5efe:8.8.8.8",  # ISATAP of a public address
]
INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",  # a cloud's metadata
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # a cloud's metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::8.8.8.8",  # compatible and public: nobody has such an address
    "::ffff:127.0.0.1",  # mapped
    "::ffff:a9fe:a9fe",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",  # translated
    "64:ff9b::127.0.0.1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",  # NAT64 of a local network
    "100::1",  # discarded
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:0:808:808:0:0:80ff:fffe",  # Teredo of 127.0.0.1
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::",
    "2002:c0a8:101::1",
    "2a00::5efe:127.0.0.1",  # ISATAP
    "2a00::200:5efe:10.0.0.1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # a cloud's metadata
    "fe80::1",
    "fe80::1%eth0",
    "fe80::5efe:127.0.0.1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_the_public_internet_may_be_reached(text: str) -> None:
    address = addresses.literal(text)
    assert address and addresses.is_public(address)


@pytest.mark.parametrize("text", INSIDE)
def test_what_leads_inside_may_not(text: str) -> None:
    address = addresses.literal(text)
    assert address and not addresses.is_public(address)


@pytest.mark.parametrize("text", ["127.1", "0177.0.0.1", "0x7f000001", "2130706433", "127.0.0.1.", "[::1]", "a.b", ""])
def test_only_the_plain_notation_is_an_address(text: str) -> None:
    assert addresses.literal(text) is None


def test_each_end_of_each_special_block_is_inside() -> None:
    for block in (*addresses.INSIDE_4, *addresses.INSIDE_6):
        for end in (block[0], block[-1]):
            assert isinstance(end, IPv4Address | IPv6Address)
            assert not addresses.is_public(end), end
