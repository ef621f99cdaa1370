"""What contractors and introduction profiles may say of themselves."""

import pytest

from domain import contractors, introduction_profiles
from domain.contractors import Hours, Weekday
from domain.errors import InvalidInput, Refused
from domain.introduction_profiles import SubdomainReserved


def reason_of(check, *args):
    with pytest.raises(Refused) as refused:
        check(*args)
    return refused.value.reason


def test_codes_are_in_capitals_and_once_each():
    assert contractors.check_codes("needs", ["hotels", " HOTELS", "VISAS_2"]) == ["HOTELS", "VISAS_2"]
    assert reason_of(contractors.check_codes, "needs", ["1ST"]).field == "needs"
    assert reason_of(contractors.check_codes, "needs", ["A B"]).field == "needs"


def test_days_are_in_the_order_of_the_week():
    given = [Weekday.SUNDAY, Weekday.MONDAY, Weekday.MONDAY]

    assert contractors.check_days(given) == [Weekday.MONDAY, Weekday.SUNDAY]
    assert reason_of(contractors.check_days, []).field == "preferred_days"


@pytest.mark.parametrize(("first", "last"), [(9, 9), (17, 9), (-1, 5), (9, 25)])
def test_hours_are_a_part_of_one_day(first, last):
    assert contractors.check_hours(0, 24) == Hours(0, 24)
    assert reason_of(contractors.check_hours, first, last).field == "preferred_hours"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "CET", "europe/rome"])
def test_a_zone_is_one_of_the_iana_database(zone):
    assert contractors.check_time_zone("Europe/Rome") == "Europe/Rome"
    assert contractors.check_time_zone("UTC") == "UTC"
    assert reason_of(contractors.check_time_zone, zone).field == "time_zone"


@pytest.mark.parametrize("subdomain", ["ab", "-abc", "abc-", "a--b", "xn--bcher-kva", "a.b", "a_b", "ü" * 4])
def test_a_subdomain_is_one_label_of_a_host(subdomain):
    assert reason_of(introduction_profiles.check_subdomain, subdomain) == InvalidInput(
        "subdomain", "must have 3 to 63 small letters, digits and single dashes, none at the ends"
    )


def test_a_subdomain_is_in_small_letters():
    assert introduction_profiles.check_subdomain(" Destination-Motivation ") == "destination-motivation"


@pytest.mark.parametrize("subdomain", ["admin", "MAIL", "postmaster", "autodiscover", "mta-sts"])
def test_names_of_ours_and_of_the_world_s_programs_are_reserved(subdomain):
    assert reason_of(introduction_profiles.check_subdomain, subdomain) == SubdomainReserved(subdomain.lower())
