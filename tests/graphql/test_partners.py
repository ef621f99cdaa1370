"""Partners, teams and cases over the graph: what is asked and answered, and in how many statements."""

import pytest

from domain.ids import global_id
from domain.uploads import UploadPurpose
from tests.factories.onboarding import make_case, make_people
from tests.factories.uploads import make_ready_upload
from tests.factories.viewers import assisting, member_of, newcomer, staff

pytestmark = pytest.mark.anyio

REGISTER = """
mutation R($input: RegisterPartnerInput!) {
  registerPartner(input: $input) {
    __typename
    ... on Partner {
      name slug type country isVerified version
    }
    ... on Refusal { code message hint }
  }
}
"""
CASE = """
query C($id: ID!) {
  onboardingCase(partnerId: $id) {
    stage isAssisted targetAt registeredAt
    accountManager { name email }
    blockers { code todo }
    stages { stage days baseline { leastDays mostDays } }
    partner { name members { role user { name email } } }
  }
}
"""


async def test_a_newcomer_comes_in_with_one_call(graph):
    given = {"name": "Hotel Bella Vista", "type": "HOTEL", "country": "IT", "locale": "it"}

    answer = await graph.data(newcomer(), REGISTER, input=given)

    assert answer["__typename"] == "Partner"
    assert (answer["slug"], answer["isVerified"], answer["version"]) == ("hotel-bella-vista", False, 1)


async def test_a_taken_slug_is_a_refusal_that_says_what_to_do(graph):
    given = {"name": "Bella", "type": "HOTEL", "country": "IT", "slug": "bella"}
    await graph.data(newcomer(), REGISTER, input=given)

    answer = await graph.data(newcomer("otto"), REGISTER, input=given)

    assert answer == {
        "__typename": "SlugTaken",
        "code": "SLUG_TAKEN",
        "message": "The short name 'bella' is taken.",
        "hint": "Choose another short name, or leave it out to be given one.",
    }


async def test_a_case_tells_where_it_stands_in_one_statement(graph, acts, world, sql):
    async with acts.work() as uow:
        await make_people(uow.session, world.reseller)

    count, answer = await sql.of(
        graph.run(member_of(world.reseller), CASE, id=global_id("Partner", world.reseller.id))
    )

    case = answer.data["onboardingCase"]
    assert count == 1
    assert case["accountManager"] == {"name": "Max", "email": "max@interline.example"}
    assert [(each["stage"], each["days"]) for each in case["stages"]] == [
        ("REGISTERED", 1.0),
        ("DATA_COLLECTION", 1.0),
    ]
    assert case["stages"][1]["baseline"] == {"leastDays": 10, "mostDays": 15}
    assert [each["role"] for each in case["partner"]["members"]] == ["OWNER", "READONLY"]


async def test_what_is_to_do_is_said_in_the_caller_s_language(graph, acts, world):
    async with acts.work() as uow:
        case = await make_case(uow.session, world.reseller)
        case.blocker_codes = ["CERTIFICATION_MISSING"]

    answer = await graph.data(
        member_of(world.reseller, locales=("de-AT", "en")), CASE, id=global_id("Partner", world.reseller.id)
    )

    assert answer["blockers"] == [
        {
            "code": "CERTIFICATION_MISSING",
            "todo": "Führen Sie die Zertifizierung aus Ihrem System durch, bis jedes Szenario besteht.",
        }
    ]


CASES = """
query L($stage: OnboardingStage, $manager: ID, $open: Boolean) {
  onboardingCases(first: 100, stage: $stage, accountManagerId: $manager, isOpen: $open) {
    totalCount nodes { stage partner { name } accountManager { name } stages { stage } blockers { code } }
  }
}
"""


async def test_the_desk_lists_cases_in_one_statement(graph, acts, world, sql):
    async with acts.work() as uow:
        people = await make_people(uow.session, world.reseller)
        await make_case(uow.session, world.operator)
        await make_case(uow.session, world.rival)

    count, answer = await sql.of(graph.run(staff(), CASES))
    mine = await graph.data(staff(), CASES, manager=global_id("User", people["manager"].id))

    assert (count, answer.data["onboardingCases"]["totalCount"]) == (1, 3)
    assert [each["partner"]["name"] for each in mine["nodes"]] == ["Harbour Travel"]
    assert (await graph.data(staff(), CASES, stage="LIVE"))["totalCount"] == 0
    assert (await graph.data(staff(), CASES, open=True))["totalCount"] == 3


async def test_a_viewer_s_only_partner_needs_no_id(graph, world):
    me = "{ viewer { partner { name } } }"

    assert await graph.data(member_of(world.reseller), me) == {"partner": {"name": "Harbour Travel"}}
    assert await graph.data(member_of(world.reseller, world.rival), me) == {"partner": None}
    assert await graph.data(newcomer(), me) == {"partner": None}
    rival = f'{{ viewer {{ partner(id: "{global_id("Partner", world.rival.id)}") {{ name }} }} }}'
    assert await graph.data(member_of(world.reseller), rival) == {"partner": None}


async def test_whoever_assists_changes_the_profile_of_that_partner_only(graph, acts, world):
    async with acts.work() as uow:
        await make_case(uow.session, world.operator)
    update = """mutation U($id: ID!) {
      updatePartner(input: {id: $id, version: 1, links: ["https://a.example"]}) {
        __typename ... on Partner { links version }
      }
    }"""
    manager = assisting(world.operator)

    own = await graph.data(manager, update, id=global_id("Partner", world.operator.id))
    other = await graph.data(manager, update, id=global_id("Partner", world.rival.id))

    assert own == {"__typename": "Partner", "links": ["https://a.example"], "version": 2}
    assert other == {"__typename": "Forbidden"}


LOGO = """
mutation L($partner: ID!, $upload: ID) {
  setPartnerLogo(input: {partnerId: $partner, uploadId: $upload}) { __typename ... on Partner { version } }
}
"""


async def test_a_logo_is_seen_by_everybody_who_sees_the_partner(graph, acts, world, sql):
    async with acts.work() as uow:
        logo = await make_ready_upload(uow.session, world.operator, purpose=UploadPurpose.LOGO)
        other = await make_ready_upload(uow.session, world.operator, purpose=UploadPurpose.LOGO)
    operator, upload = global_id("Partner", world.operator.id), global_id("Upload", logo.id)
    hidden = global_id("Upload", other.id)

    set_once = await graph.data(member_of(world.operator), LOGO, partner=operator, upload=upload)
    catalog = "{ products(first: 1) { nodes { partner { logo { id } } } } }"
    count, seen = await sql.of(graph.run(member_of(world.reseller), catalog))
    unset = await graph.data(
        member_of(world.reseller), "query N($id: ID!) { node(id: $id) { id } }", id=hidden
    )

    assert set_once == {"__typename": "Partner", "version": 2}
    assert seen.data["products"]["nodes"] == [{"partner": {"logo": {"id": upload}}}]
    assert count == 1
    assert unset is None
    removed = await graph.data(member_of(world.operator), LOGO, partner=operator, upload=None)
    assert removed == {"__typename": "Partner", "version": 3}


async def test_another_s_picture_or_a_document_is_no_logo(graph, acts, world):
    async with acts.work() as uow:
        others = await make_ready_upload(uow.session, world.rival, purpose=UploadPurpose.LOGO)
        document = await make_ready_upload(uow.session, world.operator)
    operator = global_id("Partner", world.operator.id)

    for upload in (others, document):
        answer = await graph.data(
            member_of(world.operator), LOGO, partner=operator, upload=global_id("Upload", upload.id)
        )
        assert answer == {"__typename": "NotFound"}


async def test_a_case_is_followed_from_where_it_stands(graph, acts, world, relay):
    async with acts.work() as uow:
        await make_case(uow.session, world.reseller)
    partner_id = global_id("Partner", world.reseller.id)
    follow = "subscription F($id: ID!) { onboardingStatusChanged(partnerId: $id) { isAssisted sequence } }"

    async with graph.subscribe(member_of(world.reseller), follow, id=partner_id) as news:
        first = await news.next()
        await graph.data(
            member_of(world.reseller),
            "mutation A($id: ID!) { setAssistedMode(input: {partnerId: $id, isAssisted: true}) { __typename } }",
            id=partner_id,
        )
        await relay()
        second = await news.next()

    assert first == {"isAssisted": False, "sequence": 1}
    assert second == {"isAssisted": True, "sequence": 2}
