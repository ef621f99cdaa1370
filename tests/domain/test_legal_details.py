"""Legal details: as the world writes them, within limits."""

import pytest

from domain import legal_details
from domain.errors import Refused


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" it01234567890 ", "IT01234567890"),
        ("123/456/78901", "123/456/78901"),
        ("12-3456789", "12-3456789"),
        ("CHE-123.456.788  MWST", "CHE-123.456.788 MWST"),
        ("", None),
        ("  ", None),
    ],
)
def test_a_tax_number_is_kept_in_capitals(given, kept):
    assert legal_details.check_tax_number(given) == kept


@pytest.mark.parametrize("given", ["IT1", "1" * 31, "IT_0123", "-1234", "1234;", "<b>1234</b>", "ИНН123456"])
def test_what_is_no_tax_number_is_refused(given):
    with pytest.raises(Refused) as refused:
        legal_details.check_tax_number(given)

    assert refused.value.reason.code == "INVALID_INPUT"


@pytest.mark.parametrize(("given", "kept"), [("30121", "30121"), ("sw1a 1aa", "SW1A 1AA"), ("", None)])
def test_a_postal_code_is_kept_in_capitals(given, kept):
    assert legal_details.check_postal_code(given) == kept


@pytest.mark.parametrize(
    "check",
    [
        lambda: legal_details.check_postal_code("12345678901"),
        lambda: legal_details.check_address_lines(["a"] * 5),
        lambda: legal_details.check_address_lines([""]),
        lambda: legal_details.check_city("x" * 101),
        lambda: legal_details.check_legal_name("two\nlines"),
    ],
)
def test_what_is_too_long_or_of_several_lines_is_refused(check):
    with pytest.raises(Refused):
        check()


def test_an_address_is_written_without_what_is_missing():
    assert legal_details.address(["Calle 1"], "30121", "Venezia") == ("Calle 1", "30121 Venezia")
    assert legal_details.address([], None, "Hong Kong") == ("Hong Kong",)
    assert legal_details.address([], None, None) == ()
