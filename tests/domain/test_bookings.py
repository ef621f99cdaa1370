"""Customers' details: what is taken, what is refused and by which name."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import (
    CODE_ALPHABET,
    Customer,
    InvalidCustomer,
    check_customer,
    code_from,
)
from domain.errors import Refused

GOOD = {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"}


def bad_fields(**details):
    """The names of the fields that are refused, in order."""
    with pytest.raises(Refused) as refused:
        check_customer(Customer(**GOOD | details))
    assert isinstance(refused.value.reason, InvalidCustomer)
    return [each.field for each in refused.value.reason.fields]


def test_good_details_are_trimmed():
    customer = check_customer(Customer("  Mei Wong ", " mei@example.com\n", "\t+852 1234 5678 "))

    assert customer == Customer(**GOOD)


@pytest.mark.parametrize(
    "name", ["王小明", "Ñandú O'Neill-Çelik", "X", "n" * 200, "'; DROP TABLE bookings; --"]
)
def test_any_printable_name_is_a_name(name):
    assert check_customer(Customer(**GOOD | {"name": name})).name == name


@pytest.mark.parametrize(
    "name",
    ["", "   ", "n" * 201, "Mei\0Wong", "Mei\nWong", "Mei\u202eWong", "Mei\u2028Wong", "\ud800", "\u200b"],
)
def test_an_empty_long_or_unprintable_name_is_refused(name):
    assert bad_fields(name=name) == ["name"]


@pytest.mark.parametrize(
    "email", ["a@b.cc", "first.last+tag@sub.example.co.uk", "x" * 64 + "@example.com", "ünï@example.com"]
)
def test_an_address_that_can_receive_is_taken(email):
    assert check_customer(Customer(**GOOD | {"email": email})).email == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "mei",
        "mei@",
        "@example.com",
        "mei@example",
        "mei@@example.com",
        "mei@example..com",
        "mei@-example.com",
        "mei@example.c",
        "mei wong@example.com",
        "mei@example.com\nBcc: all@example.com",
        "<mei@example.com>",
        "mei@example.com,eve@example.com",
        'a"b@example.com',
        "mei@[127.0.0.1]",
        "x" * 65 + "@example.com",
        "mei@" + ("a" * 60 + ".") * 5 + "com",
        "mei\0@example.com",
    ],
)
def test_an_address_nobody_can_receive_at_is_refused(email):
    assert bad_fields(email=email) == ["email"]


@pytest.mark.parametrize("phone", ["123456", "+852-1234-5678", "02 (12) 34.56", "+39/06 1234567", "1" * 15])
def test_a_number_of_six_to_fifteen_digits_is_taken(phone):
    assert check_customer(Customer(**GOOD | {"phone": phone})).phone == phone


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "12345",
        "1" * 16,
        "+",
        "call me",
        "+852 1234 5678 ext 9",
        "１２３４５６",
        "++1234567",
        "1 2 3 4\0 5 6",
    ],
)
def test_anything_else_is_no_phone_number(phone):
    assert bad_fields(phone=phone) == ["phone"]


def test_every_bad_field_is_named_at_once():
    assert bad_fields(name="", email="x", phone="1") == ["name", "email", "phone"]


def test_the_message_says_what_is_wrong_with_each_field():
    with pytest.raises(Refused) as refused:
        check_customer(Customer(name="", email="x", phone="1"))

    assert refused.value.reason.message == (
        "name must have 1 to 200 printable characters; email is not an e-mail address; "
        "phone is not a phone number of 6 to 15 digits"
    )


@given(st.text(), st.text(), st.text())
def test_no_text_at_all_is_a_fault(name, email, phone):
    with suppress(Refused):
        customer = check_customer(Customer(name, email, phone))
        assert customer.name.isprintable()
        assert customer.email.count("@") == 1


def test_codes_have_a_character_a_byte_none_of_them_misread():
    code = code_from(bytes(range(256)))

    assert len(code) == 256
    assert {*code} == {*CODE_ALPHABET}
    assert not {*"0O1I"} & {*CODE_ALPHABET}
