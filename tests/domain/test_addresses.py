"""Which addresses may be called on somebody's behalf."""

from ipaddress import ip_address

import pytest

from domain.addresses import check_url, is_callable
from domain.errors import InvalidInput, Refused

PUBLIC = [
    "https://reseller.example/hooks",
    "https://reseller.example:8443/hooks?x=1",
    "https://xn--bcher-kva.example/",
    "https://93.184.215.14/hooks",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
]
LOCAL = [
    "http://localhost:8080/hooks",
    "http://127.0.0.1/hooks",
    "https://127.0.0.1/hooks",
    "http://[::1]:99/",
    "https://10.1.2.3/",
    "https://192.168.0.1/",
]
NEVER = [
    "",
    "reseller.example",
    "ftp://reseller.example/",
    "http://reseller.example/hooks",
    "http://10.1.2.3/",
    "https://",
    "https://user:secret@reseller.example/",
    "https://user@reseller.example/",
    "https://reseller.example/#part",
    "https://reseller.example:0/",
    "https://reseller.example:99999/",
    "https://reseller.example\\@10.0.0.1/",
    "https://reseller .example/",
    "https://reseller.example/\n",
    "https://réseller.example/",
    "https://reseller/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://224.0.0.1/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://reseller.example/" + "x" * 2000,
]


def refused_field(url, *, is_development):
    with pytest.raises(Refused) as refused:
        check_url(url, is_development=is_development)
    assert isinstance(refused.value.reason, InvalidInput)
    return refused.value.reason.field


@pytest.mark.parametrize("url", PUBLIC)
def test_public_hosts_may_be_called_over_https(url):
    assert check_url(url, is_development=False) == url
    assert check_url(url, is_development=True) == url


@pytest.mark.parametrize("url", LOCAL)
def test_this_machine_and_its_networks_may_be_called_in_development_only(url):
    assert refused_field(url, is_development=False) == "url"
    assert check_url(url, is_development=True) == url


@pytest.mark.parametrize("url", NEVER)
def test_everything_else_may_never_be_called(url):
    assert refused_field(url, is_development=False) == "url"
    assert refused_field(url, is_development=True) == "url"


@pytest.mark.parametrize(
    ("address", "anywhere", "in_development"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.0.0.1", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("::ffff:8.8.8.8", True, True),
        ("100.64.0.1", False, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
    ],
)
def test_addresses_are_judged_by_where_they_lead(address, anywhere, in_development):
    assert is_callable(ip_address(address), is_development=False) is anywhere
    assert is_callable(ip_address(address), is_development=True) is in_development
