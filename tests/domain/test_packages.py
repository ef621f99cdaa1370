"""Texts in the reader's language, and what a SKU looks like."""

import pytest

from domain.packages import FUNCTION_CODE, SKU, localized

NAMES = {"it": "Crociera", "en": "Cruise", "zh": "遊船", "zh-HK": "海港遊船"}


@pytest.mark.parametrize(
    ("locales", "text"),
    [
        (("it",), "Crociera"),
        (("it-CH",), "Crociera"),
        (("zh-HK",), "海港遊船"),
        (("zh-TW",), "遊船"),
        (("pt", "it"), "Crociera"),
        (("pt",), "Cruise"),
        ((), "Cruise"),
        (("",), "Cruise"),
    ],
)
def test_a_text_is_in_the_first_language_there_is_then_in_english(locales, text):
    assert localized(NAMES, locales) == text


def test_without_english_any_text_is_better_than_none():
    assert localized({"it": "Crociera"}, ("fr",)) == "Crociera"


@pytest.mark.parametrize("sku", ["106", "A", "city-hotel.A_1", "x" * 64])
def test_a_sku_is_a_short_word(sku):
    assert SKU.fullmatch(sku)


@pytest.mark.parametrize("sku", ["", "-1", "a b", "x" * 65, "106\n", "é", "a/b", "\0"])
def test_anything_else_is_no_sku(sku):
    assert not SKU.fullmatch(sku)


@pytest.mark.parametrize("code", ["", "boarding", "_X", "A-B", "A" * 65])
def test_a_function_code_is_upper_case(code):
    assert FUNCTION_CODE.fullmatch("BOARDING_2")
    assert not FUNCTION_CODE.fullmatch(code)
