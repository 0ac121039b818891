import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import explain
from aggregator.fetch.faults import Failure
from aggregator.fetch.ssrf import anything, check_literal, is_allowed, is_public
from aggregator.model import FaultKind

PRIVATE = [
    "127.0.0.1",  # loopback
    "127.255.255.254",
    "10.0.0.1",  # private (RFC 1918)
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",  # link-local: where clouds hand out credentials
    "100.64.0.1",  # shared by carriers (RFC 6598)
    "0.0.0.0",  # unspecified, which Linux takes for loopback # noqa: S104 - nobody binds to it here
    "0.1.2.3",
    "224.0.0.251",  # multicast
    "239.255.255.250",
    "240.0.0.1",  # reserved
    "255.255.255.255",  # broadcast
    "192.0.2.1",  # documentation
    "198.18.0.1",  # benchmarks
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",  # unique local
    "fd12:3456::1",
    "fec0::1",  # site-local, deprecated
    "ff02::1",  # multicast
    "ff0e::1",  # ... of global scope
    "2001:db8::1",  # documentation
    "100::1",  # discard
    "::127.0.0.1",  # IPv4-compatible, deprecated
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:a00:1::1",  # 6to4 of 10.0.0.1
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a9fe:a9fe",  # NAT64 of 169.254.169.254
    "64:ff9b:1::7f00:1",  # NAT64 of a network's own (RFC 8215)
    "2001:0:7f00:1::1",  # Teredo
]
PUBLIC = [
    "93.184.216.34",
    "1.1.1.1",
    "100.63.255.255",  # around the shared range
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:812::200e",
    "::ffff:93.184.216.34",
    "2002:5db8:d822::1",
    "64:ff9b::5db8:d822",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_way_of_embedding_makes_an_address_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    embeddings = [(0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)]

    for embedding in embeddings:
        assert is_public(ipaddress.IPv6Address(embedding)) == is_public(address)


@given(st.ip_addresses(v=6))
def test_only_global_unicast_and_what_embeds_ipv4_is_public(address: ipaddress.IPv6Address) -> None:
    may_be = address in ipaddress.ip_network("2000::/3") or address in ipaddress.ip_network("64:ff9b::/96")

    assert may_be or address.ipv4_mapped or not is_public(address)


def test_of_several_addresses_the_public_ones_are_left() -> None:
    assert is_allowed("mixed.example", ["10.0.0.1", "1.1.1.1", "::1"], is_public) == ["1.1.1.1"]
    assert is_allowed("mixed.example", ["10.0.0.1"], anything) == ["10.0.0.1"]


def test_a_name_without_a_public_address_is_refused_with_a_way_out() -> None:
    with pytest.raises(Failure) as failure:
        is_allowed("intranet.example", ["10.0.0.1", "::1"], is_public)

    assert failure.value.fault.kind is FaultKind.BLOCKED
    assert explain.fault(failure.value.fault) == (
        "intranet.example leads to 10.0.0.1, ::1, which is in a private network, not on the public internet;"
        " if that is meant, set `allow_private_networks = true` for this source"
    )


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "::1",
        "::ffff:10.0.0.1",
    ],
)
def test_a_host_that_spells_a_private_address_is_refused(host: str) -> None:
    with pytest.raises(Failure) as failure:
        check_literal(host, is_public)

    assert " in a private network" in explain.fault(failure.value.fault)


@pytest.mark.parametrize("host", ["93.184.216.34", "2606:4700:4700::1111", "blog.example", "1.example", ""])
def test_other_hosts_pass_as_far_as_their_spelling_goes(host: str) -> None:
    check_literal(host, is_public)
