"""Which IP addresses belong to the public internet, and which lead inside: this machine, its network, its cloud.

Our own table, not `ipaddress.is_global`: that one changes with each release of Python and looks at none of the forms
in which an IPv6 address carries an IPv4 one.
Source: the IANA IPv4 and IPv6 Special-Purpose Address Registries, and RFC 6052, 4291, 3056, 4380 and 5214.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

INSIDE_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network; Linux connects to itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by providers and clouds
        "127.0.0.0/8",
        "168.63.129.16/32",  # the inside of one large cloud, at an address that looks public
        "169.254.0.0/16",  # link-local, and every cloud's metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112: a local server may answer
        "192.52.193.0/24",  # multicast relays
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Of IPv6 only this has been given out; loopback, link-local, local and multicast addresses all lie outside.
GIVEN_OUT_6 = IPv6Network("2000::/3")
INSIDE_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
TEREDO = IPv6Network("2001::/32")
SIX_TO_FOUR = IPv6Network("2002::/16")
ISATAP = (0x00005EFE, 0x02005EFE)  # the middle of such an address, before the IPv4 one


def literal(text: str) -> IPAddress | None:
    """The address that a text is, in its one plain notation; None for anything else, short and octal forms too."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(address: IPAddress) -> bool:
    """True when neither the address nor any IPv4 address inside it leads to a special block."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in INSIDE_4)
    if not all(is_public(inner) for inner in _carried(address)):
        return False
    # On a network without IPv4 the whole internet is seen through this prefix.
    if address in NAT64:
        return True
    return address in GIVEN_OUT_6 and not any(address in block for block in INSIDE_6)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """Every IPv4 address to which somebody on the way may turn this one."""
    bits = int(address)
    low = bits & 0xFFFFFFFF
    if address in NAT64:
        yield IPv4Address(low)
    if address in SIX_TO_FOUR:
        yield IPv4Address((bits >> 80) & 0xFFFFFFFF)
    if address in TEREDO:
        yield IPv4Address(~low & 0xFFFFFFFF)
    if (bits >> 32) & 0xFFFFFFFF in ISATAP:
        yield IPv4Address(low)
