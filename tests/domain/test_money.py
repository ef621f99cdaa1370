"""Amounts: minor units, decimals, and currencies that do not mix."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.money import EXPONENTS, CurrencyMismatch, Money, from_amount


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(18800, "HKD"), "188.00"),
        (Money(0, "HKD"), "0.00"),
        (Money(-5, "EUR"), "-0.05"),
        (Money(18800, "JPY"), "18800"),
        (Money(18800, "KWD"), "18.800"),
    ],
)
def test_an_amount_has_all_decimals_of_its_currency(money, amount):
    assert str(money.amount) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("188", "HKD", 18800),
        ("188.00", "HKD", 18800),
        ("1e2", "HKD", 10000),
        ("7", "JPY", 7),
        ("0.001", "KWD", 1),
    ],
)
def test_an_amount_becomes_minor_units(amount, currency, minor):
    assert from_amount(Decimal(amount), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("188.001", "HKD"),
        ("0.5", "JPY"),
        ("NaN", "HKD"),
        ("sNaN", "HKD"),
        ("Infinity", "HKD"),
        ("-Infinity", "HKD"),
        ("1e1000", "HKD"),
        ("1e999999", "HKD"),
    ],
)
def test_an_amount_its_currency_can_not_write_is_none(amount, currency):
    assert from_amount(Decimal(amount), currency) is None


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.sampled_from(sorted(EXPONENTS)))
def test_an_amount_comes_back_to_the_minor_unit(minor, currency):
    money = Money(minor, currency)

    assert from_amount(money.amount, currency) == money


def test_amounts_of_one_currency_add_up():
    assert Money(18800, "HKD") + Money(3000, "HKD") == Money(21800, "HKD")


def test_amounts_of_two_currencies_do_not_add_up():
    with pytest.raises(Refused) as refused:
        Money(18800, "HKD") + Money(1, "EUR")

    assert refused.value.reason == CurrencyMismatch(expected="HKD", found="EUR")


def test_an_amount_is_multiplied_by_a_quantity():
    assert Money(18800, "HKD").times(3) == Money(56400, "HKD")
