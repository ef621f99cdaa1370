"""What documents say: figures that add up, numbers, days, and JSON that is read as it was written."""

import datetime as dt
import json

import pytest

from domain.document_json import content_of, told
from domain.documents import (
    BillingDocumentKind,
    DocumentFormat,
    MovementKind,
    check_currency,
    check_format,
    check_period,
    number_of,
    pause_after,
)
from domain.environments import Environment
from domain.errors import InvalidInput, Refused
from tests.factories.documents import paper, payout_statement, sale, statement

TODAY = dt.date(2026, 11, 25)


def test_a_sale_whose_parts_do_not_make_its_total_is_none():
    with pytest.raises(ValueError, match="make 110189, not 110190"):
        sale(total_minor=110190)


def test_a_statement_s_closing_is_what_its_movements_make_of_the_opening():
    october = statement()

    assert october.balances == [1212300, 1257300, 1245250, 45250]
    assert october.closing_minor == 45250
    assert october.sums == {
        MovementKind.SALE: 1132300,
        MovementKind.REFUND: -12050,
        MovementKind.PAYOUT: -1200000,
    }
    assert october.opening_minor + sum(october.sums.values()) == october.closing_minor


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (BillingDocumentKind.RECEIPT, sale()),
        (BillingDocumentKind.CREDIT_NOTE, sale(refers_to="R-2026-000041", deductions=(), total_minor=121250)),
        (BillingDocumentKind.ACCOUNT_STATEMENT, statement()),
        (BillingDocumentKind.PAYOUT_STATEMENT, payout_statement()),
    ],
)
def test_what_is_kept_is_read_as_it_was_told(kind, content):
    assert content_of(kind, json.loads(json.dumps(told(content)))) == content


def test_numbers_tell_kind_year_and_position():
    live, test = Environment.LIVE, Environment.TEST

    assert number_of(BillingDocumentKind.RECEIPT, live, 2026, 42) == "R-2026-000042"
    assert number_of(BillingDocumentKind.CREDIT_NOTE, live, 2027, 1_000_000) == "C-2027-1000000"
    assert number_of(BillingDocumentKind.INVOICE, test, 2026, 1) == "TEST-I-2026-000001"
    assert number_of(BillingDocumentKind.ACCOUNT_STATEMENT, live, 2026, 1) is None


def test_files_are_called_what_they_are():
    assert paper().file_name == "R-2026-000042.pdf"
    statement_paper = paper(BillingDocumentKind.ACCOUNT_STATEMENT, format=DocumentFormat.XLSX)
    assert statement_paper.file_name == "statement-2026-10-01-2026-10-31-EUR.xlsx"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "problem"),
    [
        (dt.date(2026, 11, 2), dt.date(2026, 11, 1), "must not be before starts_on"),
        (dt.date(2026, 11, 1), TODAY, "must be a day that is over (UTC)"),
        (dt.date(2025, 10, 1), dt.date(2026, 10, 2), "must be within 366 days"),
    ],
)
def test_only_days_that_are_over_are_stated(starts_on, ends_on, problem):
    with pytest.raises(Refused) as refused:
        check_period(starts_on, ends_on, today=TODAY)

    assert refused.value.reason == InvalidInput("ends_on", problem)


def test_yesterday_and_a_whole_year_are_stated():
    check_period(dt.date(2026, 11, 24), dt.date(2026, 11, 24), today=TODAY)
    check_period(dt.date(2025, 11, 24), dt.date(2026, 11, 24), today=TODAY)


def test_a_currency_is_one_that_is_offered():
    assert check_currency("HKD") == "HKD"
    with pytest.raises(Refused):
        check_currency("XTS")


def test_a_receipt_is_no_spreadsheet():
    check_format(BillingDocumentKind.ACCOUNT_STATEMENT, DocumentFormat.CSV)
    with pytest.raises(ValueError, match="A RECEIPT is a PDF"):
        check_format(BillingDocumentKind.RECEIPT, DocumentFormat.CSV)


def test_what_fails_is_tried_again_for_an_hour():
    pauses = [pause_after(attempts) for attempts in range(1, 9)]

    assert pauses[0] == dt.timedelta(seconds=30)
    assert sum((each for each in pauses if each), dt.timedelta()) == dt.timedelta(minutes=63, seconds=30)
    assert pauses[-1] is None
