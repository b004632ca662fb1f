"""The address checker: every kind of address that is not public, in every spelling, and what an operator may allow."""

from ipaddress import ip_address

import pytest

from dbcv.kit.outbound.addresses import METADATA, is_plain_host, read_address, read_allowed, refusal

REFUSED = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "private",
    "100.127.255.255": "private",
    "100.100.100.200": METADATA,
    "127.0.0.1": "private",
    "127.255.255.254": "private",
    "168.63.129.16": METADATA,
    "169.254.169.254": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.192": "reserved",
    "192.0.2.1": "reserved",
    "192.88.99.1": "reserved",
    "192.168.1.1": "private",
    "198.18.0.1": "private",
    "198.19.255.255": "private",
    "198.51.100.7": "reserved",
    "203.0.113.7": "reserved",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "private",
    "::127.0.0.1": "reserved",
    "::8.8.8.8": "reserved",
    "::ffff:127.0.0.1": "private",
    "::ffff:a9fe:a9fe": "link-local",
    "::ffff:0:127.0.0.1": "reserved",
    "64:ff9b::7f00:1": "private",
    "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b:1::7f00:1": "reserved",
    "100::1": "reserved",
    "2001::1": "reserved",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "reserved",
    "2001:db8::1": "reserved",
    "2002:7f00:1::": "reserved",
    "2002:808:808::1": "reserved",
    "3fff::1": "reserved",
    "4000::1": "reserved",
    "2a00:1450::5efe:7f00:1": "reserved",
    "2a00:1450::200:5efe:808:808": "reserved",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "fd00:ec2::254": METADATA,
    "fe80::1": "link-local",
    "febf::1": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
}
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:830::200e",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_what_is_not_public_is_refused(address: str, kind: str) -> None:
    assert refusal(ip_address(address)) == kind


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_not(address: str) -> None:
    assert refusal(ip_address(address)) is None


def test_a_zone_does_not_hide_an_address() -> None:
    assert refusal(read_address("fe80::1%eth0")) == "link-local"
    assert refusal(read_address("::1%25lo")) == "private"


@pytest.mark.parametrize(
    "host", ["example.com", "a-b.example", "_dmarc.example", "xn--e1afmkfd.example", "1.2.3.4", "::1"]
)
def test_plain_hosts(host: str) -> None:
    assert is_plain_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        "-a.example",
        ".a",
        "a b",
        "a%40b",
        "a@b",
        "a;b",
        "a\\b",
        "a\x00b",
        "EXAMPLE.com",
        "ex\u00e4mple",
    ],
)
def test_names_that_could_be_read_in_two_ways(host: str) -> None:
    assert not is_plain_host(host)


@pytest.mark.parametrize("host", ["fe80::1%eth0", "[::1]", "a/b", "a?b", "a#b", "a'b", "x" * 254])
def test_hosts_that_could_be_read_in_two_ways(host: str) -> None:
    assert not is_plain_host(host)


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("crm.internal", "crm.internal", 80, "10.0.0.7"),
        ("crm.internal", "CRM.internal.", 8080, "127.0.0.1"),
        ("crm.internal:8080", "crm.internal", 8080, "10.0.0.7"),
        ("CRM.internal.", "crm.internal", 1, "fd00::7"),
        ("10.0.0.0/8", "anything", 80, "10.0.0.7"),
        ("10.0.0.7", "anything", 80, "10.0.0.7"),
        ("10.0.0.7:81", "anything", 81, "10.0.0.7"),
        ("10.0.0.7", "anything", 80, "::ffff:10.0.0.7"),
        ("[::1]:8080", "localhost", 8080, "::1"),
        ("::1", "localhost", 8080, "::1"),
        ("[::1]", "localhost", 8080, "::1"),
        ("fd00::/8", "anything", 80, "fd12::1"),
        ("169.254.169.254", "anything", 80, "169.254.169.254"),
    ],
)
def test_what_the_operator_allows(entry: str, host: str, port: int, address: str) -> None:
    assert read_allowed([entry]).refusal(host, port, ip_address(address)) is None


@pytest.mark.parametrize(
    ("entry", "host", "port", "address"),
    [
        ("crm.internal:8080", "crm.internal", 80, "10.0.0.7"),
        ("crm.internal", "evil.crm.internal", 80, "10.0.0.7"),
        ("crm.internal", "crm.internal.evil", 80, "10.0.0.7"),
        ("10.0.0.7:81", "anything", 80, "10.0.0.7"),
        ("10.0.0.0/24", "anything", 80, "10.0.1.1"),
        ("127.0.0.1", "10.0.0.1", 80, "10.0.0.1"),
        # a name alone never leads to these, whoever owns the name
        ("crm.internal", "crm.internal", 80, "169.254.169.254"),
        ("crm.internal", "crm.internal", 80, "0.0.0.0"),
        ("crm.internal", "crm.internal", 80, "100.100.100.200"),
    ],
)
def test_what_that_does_not_cover(entry: str, host: str, port: int, address: str) -> None:
    assert read_allowed([entry]).refusal(host, port, ip_address(address)) is not None


@pytest.mark.parametrize(
    "entry", ["http://crm.internal", "crm internal", "*", "crm:0", "crm:99999", "10.0.0.0/33", "@", ""]
)
def test_an_entry_that_is_nothing_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="DBCV_ALLOWED_HOSTS"):
        read_allowed([entry])
