"""What a partner may say of itself."""

import pytest

from domain import partners, team
from domain.errors import Refused
from domain.partners import MemberRole, StaleVersion
from domain.team import OwnerNeeded


def refusal(act, *given, **named):
    with pytest.raises(Refused) as refused:
        act(*given, **named)
    return refused.value.reason


@pytest.mark.parametrize("slug", ["abc", "hotel-bella-vista", "a1b", "x" * 63])
def test_a_slug_fits_into_a_host_name(slug):
    assert partners.check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "ab", "Hotel", "-abc", "abc-", "a--b", "hótel", "a b", "x" * 64, "api", "www"]
)
def test_another_text_is_no_slug(slug):
    assert refusal(partners.check_slug, slug).field == "slug"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Hotel Bella Vista", "hotel-bella-vista"), ("  Ö & Co.  ", "co"), ("日本", ""), ("A" * 80, "a" * 48)],
)
def test_a_name_makes_a_slug(name, slug):
    assert partners.slug_of(name) == slug


@pytest.mark.parametrize("link", ["https://hotel.example", "https://www.hotel.example/rooms?x=1"])
def test_a_link_leads_to_a_page(link):
    assert partners.check_links([link, link]) == [link]


@pytest.mark.parametrize(
    "link",
    [
        "http://hotel.example",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://me:secret@hotel.example",
        "hotel.example",
        "https://hotel.example/\n",
    ],
)
def test_another_address_is_no_link(link):
    assert refusal(partners.check_links, [link.replace("\n", "\n x")]).field == "links"


def test_a_description_is_in_a_language_of_the_product():
    assert partners.check_descriptions({"en": " A hotel. ", "it": " "}) == {"en": "A hotel."}
    assert refusal(partners.check_descriptions, {"zh": "x"}).field == "descriptions.locale"


@pytest.mark.parametrize("regions", [["italy"], ["it"], ["IT-"], ["IT-12345"]])
def test_a_region_has_an_iso_code(regions):
    assert partners.check_regions(["IT", "IT-25", "IT"]) == ["IT", "IT-25"]
    assert refusal(partners.check_regions, regions).field == "regions"


def test_a_change_for_another_version_is_refused():
    partners.check_version(expected=2, actual=2)
    assert refusal(partners.check_version, expected=1, actual=2) == StaleVersion(expected=1, actual=2)


@pytest.mark.parametrize("email", ["a@b.example", " Ines@NEW.example ", "a.b+c@d-e.example"])
def test_an_address_is_known_in_small_letters(email):
    assert team.check_email(email) == email.strip().lower()


@pytest.mark.parametrize(
    "email",
    ["", "a", "a@b", "a@@b.example", "a b@c.example", "a@b.example\nBcc: x@y.example", "<a@b.example>"],
)
def test_another_text_is_no_address(email):
    assert refusal(team.check_email, email).field == "email"


def test_nobody_is_made_the_owner():
    assert refusal(team.check_role, MemberRole.OWNER) == OwnerNeeded()
