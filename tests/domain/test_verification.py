"""Who must show what, and the way from unknown to verified."""

import datetime as dt
import itertools

import pytest

from domain.errors import Refused
from domain.partners import PartnerType, VerificationStatus
from domain.verification import (
    DocumentKind,
    DocumentStatus,
    InvalidTransition,
    MissingDocuments,
    Requirement,
    RequirementState,
    Step,
    check_documents,
    next_status,
    required_documents,
    state_of,
)

TODAY = dt.date(2026, 11, 18)
COMPANY = ["BUSINESS_REGISTRATION", "SIGNATORY_IDENTITY"]
EU_COMPANY = ["BUSINESS_REGISTRATION", "TAX_NUMBER", "SIGNATORY_IDENTITY"]


@pytest.mark.parametrize(
    ("partner_type", "country", "kinds"),
    [
        ("HOTEL", "US", [*COMPANY, "LODGING_LICENCE"]),
        ("HOTEL", "IT", [*EU_COMPANY, "LODGING_LICENCE"]),
        ("HOTEL", None, [*COMPANY, "LODGING_LICENCE"]),
        ("AGENCY", "GB", [*COMPANY, "TRAVEL_LICENCE"]),
        ("AGENCY", "DE", [*EU_COMPANY, "TRAVEL_LICENCE", "INSOLVENCY_PROTECTION"]),
        ("TOUR_OPERATOR", "ES", [*EU_COMPANY, "TRAVEL_LICENCE", "INSOLVENCY_PROTECTION"]),
        (
            "TOUR_OPERATOR",
            "FR",
            [*EU_COMPANY, "TRAVEL_LICENCE", "INSOLVENCY_PROTECTION", "LIABILITY_INSURANCE"],
        ),
        (
            "TOUR_OPERATOR",
            "IT",
            [*EU_COMPANY, "TRAVEL_LICENCE", "INSOLVENCY_PROTECTION", "LIABILITY_INSURANCE"],
        ),
        ("OTA", "AT", [*EU_COMPANY, "TRAVEL_LICENCE"]),
        ("TRANSPORT", "PT", [*EU_COMPANY, "TRANSPORT_LICENCE"]),
        ("STRATEGIC", "CH", COMPANY),
        ("DMO", "IT", ["SIGNATORY_IDENTITY", "OFFICIAL_MANDATE"]),
        ("TOURISM_BOARD", "FR", ["SIGNATORY_IDENTITY", "OFFICIAL_MANDATE"]),
    ],
)
def test_what_must_be_shown_depends_on_type_and_country(partner_type, country, kinds):
    required = required_documents(PartnerType(partner_type), country)

    assert [each.kind.value for each in required] == kinds
    assert all(each.why for each in required)


def test_a_country_s_own_words_stand_before_those_for_everybody():
    (lodging,) = [
        each.why
        for each in required_documents(PartnerType.HOTEL, "IT")
        if each.kind is DocumentKind.LODGING_LICENCE
    ]

    assert lodging == "Italy: the CIN of the lodging."


ALLOWED = {
    ("UNSUBMITTED", "SUBMIT"): "PENDING",
    ("REJECTED", "SUBMIT"): "PENDING",
    ("PENDING", "VERIFY"): "VERIFIED",
    ("PENDING", "REJECT"): "REJECTED",
    ("VERIFIED", "SUSPEND"): "SUSPENDED",
    ("SUSPENDED", "REINSTATE"): "VERIFIED",
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(VerificationStatus, Step)))
def test_there_is_no_other_way(status, step):
    to = ALLOWED.get((status.value, step.value))
    if to is not None:
        assert next_status(status, step) == to
        return
    with pytest.raises(Refused) as refused:
        next_status(status, step)
    reason = refused.value.reason
    assert isinstance(reason, InvalidTransition)
    assert reason.from_status is status


@pytest.mark.parametrize(
    ("status", "expires_on", "state"),
    [
        (None, None, "MISSING"),
        (DocumentStatus.SUBMITTED, None, "SUBMITTED"),
        (DocumentStatus.ACCEPTED, TODAY, "ACCEPTED"),
        (DocumentStatus.ACCEPTED, TODAY - dt.timedelta(days=1), "EXPIRED"),
        (DocumentStatus.REJECTED, TODAY - dt.timedelta(days=1), "REJECTED"),
    ],
)
def test_a_document_holds_until_its_last_day_is_past(status, expires_on, state):
    assert state_of(status, expires_on, today=TODAY) == state


def test_what_is_missing_is_named():
    required = [Requirement(kind, "") for kind in DocumentKind][:3]
    states = {required[0].kind: RequirementState.ACCEPTED, required[1].kind: RequirementState.EXPIRED}

    with pytest.raises(Refused) as refused:
        check_documents(required, states)

    assert refused.value.reason == MissingDocuments(kinds=(required[1].kind, required[2].kind))
