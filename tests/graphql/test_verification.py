"""From unknown to verified over the graph, and what is refused on the way."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from domain.events import EventType
from domain.ids import global_id
from domain.mail import MailTemplate
from domain.partners import VerificationStatus
from domain.verification import DocumentKind
from tests.factories.partners import make_member
from tests.factories.uploads import make_ready_upload, make_upload
from tests.factories.verification import make_document, make_standing
from tests.factories.viewers import member_of, staff

UPLOAD = """mutation($input: UploadPartnerDocumentInput!) { uploadPartnerDocument(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { field }
  ... on VerificationDocument { kind status expiresOn upload { fileName } } } }"""
SUBMIT = """mutation($input: SubmitVerificationInput!) { submitVerification(input: $input) {
  __typename ... on Refusal { code } ... on MissingDocuments { kinds }
  ... on InvalidTransition { fromStatus toStatus } ... on Partner { verificationStatus isVerified } } }"""
VERIFY = """mutation($input: VerifyPartnerInput!) { verifyPartner(input: $input) {
  __typename ... on Refusal { code } ... on InvalidTransition { fromStatus toStatus }
  ... on MissingDocuments { kinds } ... on Partner { verificationStatus isVerified } } }"""
REJECT = """mutation($input: RejectPartnerInput!) { rejectPartner(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { field }
  ... on Partner { verificationStatus requiredDocuments { kind state document { reason } } } } }"""
SUSPEND = """mutation($input: SuspendPartnerInput!) { suspendPartner(input: $input) {
  __typename ... on Refusal { code } ... on Partner { verificationStatus isVerified } } }"""
REINSTATE = """mutation($input: ReinstatePartnerInput!) { reinstatePartner(input: $input) {
  __typename ... on Refusal { code } ... on Partner { verificationStatus isVerified } } }"""
QUEUE = """{ verificationQueue { totalCount nodes { toStatus partner { name
  requiredDocuments { kind state document { upload { url } } } } } } }"""
HISTORY = """query($id: ID!) { node(id: $id) { ... on Partner {
  verificationHistory { sequence fromStatus toStatus reason documentReasons { kind reason } } } } }"""
REQUIRED = "query($id: ID!) { node(id: $id) { ... on Partner { requiredDocuments { kind why state } } } }"

KINDS = ["BUSINESS_REGISTRATION", "TAX_NUMBER", "SIGNATORY_IDENTITY", "LODGING_LICENCE"]


async def made(acts, make, *arguments, **facts):
    async with acts.work() as uow:
        return await make(uow.session, *arguments, **facts)


@pytest.fixture
async def hotel(acts):
    """A hotel that has uploaded everything and not submitted it."""
    return await made(acts, make_standing, VerificationStatus.UNSUBMITTED)


async def ask(graph, viewer, text, partner, **facts):
    return await graph.data(viewer, text, input={"partnerId": global_id("Partner", partner.id)} | facts)


async def states(graph, viewer, partner):
    shown = await graph.data(viewer, REQUIRED, id=global_id("Partner", partner.id))
    return {each["kind"]: each["state"] for each in shown["requiredDocuments"]}


async def test_a_partner_is_sent_back_comes_again_and_is_verified(graph, acts, hotel):
    owner, reviewer = member_of(hotel), staff()

    submitted = await ask(graph, owner, SUBMIT, hotel)
    rejected = await ask(
        graph,
        reviewer,
        REJECT,
        hotel,
        documents=[{"kind": "TAX_NUMBER", "reason": "Of another company."}],
        reason="One thing.",
    )
    too_early = await ask(graph, owner, SUBMIT, hotel)
    upload = await made(acts, make_ready_upload, hotel)
    again = await ask(graph, owner, UPLOAD, hotel, kind="TAX_NUMBER", uploadId=global_id("Upload", upload.id))
    resubmitted = await ask(graph, owner, SUBMIT, hotel)
    verified = await ask(graph, reviewer, VERIFY, hotel)

    assert submitted == {"__typename": "Partner", "verificationStatus": "PENDING", "isVerified": False}
    assert rejected["verificationStatus"] == "REJECTED"
    assert [
        (each["kind"], each["state"], each["document"]["reason"])
        for each in rejected["requiredDocuments"]
        if each["state"] != "SUBMITTED"
    ] == [("TAX_NUMBER", "REJECTED", "Of another company.")]
    assert too_early == {
        "__typename": "MissingDocuments",
        "code": "MISSING_DOCUMENTS",
        "kinds": ["TAX_NUMBER"],
    }
    assert again == {
        "__typename": "VerificationDocument",
        "kind": "TAX_NUMBER",
        "status": "SUBMITTED",
        "expiresOn": None,
        "upload": {"fileName": "deed.pdf"},
    }
    assert resubmitted["verificationStatus"] == "PENDING"
    assert verified == {"__typename": "Partner", "verificationStatus": "VERIFIED", "isVerified": True}
    assert await states(graph, owner, hotel) == dict.fromkeys(KINDS, "ACCEPTED")

    history = (await graph.data(owner, HISTORY, id=global_id("Partner", hotel.id)))["verificationHistory"]
    assert [(each["sequence"], each["toStatus"]) for each in history] == [
        (1, "PENDING"),
        (2, "REJECTED"),
        (3, "PENDING"),
        (4, "VERIFIED"),
    ]
    assert history[1] == {
        "sequence": 2,
        "fromStatus": "PENDING",
        "toStatus": "REJECTED",
        "reason": "One thing.",
        "documentReasons": [{"kind": "TAX_NUMBER", "reason": "Of another company."}],
    }
    told = await acts.rows(
        select(models.Event)
        .where(models.Event.type == EventType.VERIFICATION_CHANGED)
        .order_by(models.Event.sequence)
    )
    assert [(each.sequence, each.payload["to_status"]) for each in told[::2]] == [
        (1, "PENDING"),
        (2, "REJECTED"),
        (3, "PENDING"),
        (4, "VERIFIED"),
    ]
    entries = await acts.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))
    assert [each.act for each in entries] == [
        "verification.submit",
        "verification.reject",
        "verification.upload",
        "verification.submit",
        "verification.verify",
    ]


async def test_a_badge_is_taken_and_given_back(graph, acts):
    partner = await made(acts, make_standing, VerificationStatus.VERIFIED)

    suspended = await ask(graph, staff(), SUSPEND, partner, reason="Complaints.")
    again = await ask(graph, staff(), SUSPEND, partner, reason="Complaints.")
    silent = await ask(graph, staff(), REINSTATE, partner, reason=" ")
    reinstated = await ask(graph, staff(), REINSTATE, partner, reason="Cleared up.")

    assert (suspended["verificationStatus"], suspended["isVerified"]) == ("SUSPENDED", False)
    assert (again["code"], silent["code"]) == ("INVALID_TRANSITION", "INVALID_INPUT")
    assert (reinstated["verificationStatus"], reinstated["isVerified"]) == ("VERIFIED", True)


async def test_nobody_is_verified_who_did_not_ask(graph, acts, hotel):
    answer = await ask(graph, staff(), VERIFY, hotel)

    assert answer == {
        "__typename": "InvalidTransition",
        "code": "INVALID_TRANSITION",
        "fromStatus": "UNSUBMITTED",
        "toStatus": "VERIFIED",
    }
    assert await acts.rows(select(models.AuditEntry)) == []
    assert await acts.rows(select(models.VerificationDecision)) == []


async def test_a_document_that_expired_while_it_waited_is_not_accepted(graph, acts):
    partner = await made(acts, make_standing, VerificationStatus.PENDING)
    async with acts.work() as uow:
        document = (
            await uow.session.scalars(
                select(models.VerificationDocument).where(
                    models.VerificationDocument.partner_id == partner.id,
                    models.VerificationDocument.kind == DocumentKind.LODGING_LICENCE,
                )
            )
        ).one()
        document.expires_on = acts.now.date() + dt.timedelta(days=1)
    acts.later(dt.timedelta(days=2))

    answer = await ask(graph, staff(), VERIFY, partner)

    assert (answer["code"], answer["kinds"]) == ("MISSING_DOCUMENTS", ["LODGING_LICENCE"])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"documents": []}, "documents"),
        ({"documents": [{"kind": "OFFICIAL_MANDATE", "reason": "none"}]}, "documents.kind"),
        ({"documents": [{"kind": "TAX_NUMBER", "reason": ""}]}, "documents.reason"),
    ],
)
async def test_who_is_sent_back_learns_what_is_wrong_with_what(graph, acts, facts, field):
    partner = await made(acts, make_standing, VerificationStatus.PENDING)

    answer = await ask(graph, staff(), REJECT, partner, **facts)

    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)
    assert await states(graph, staff(), partner) == dict.fromkeys(KINDS, "SUBMITTED")


async def test_documents_stay_as_they_are_while_they_are_looked_at(graph, acts):
    partner = await made(acts, make_standing, VerificationStatus.PENDING)
    upload = await made(acts, make_ready_upload, partner)

    answer = await ask(
        graph,
        member_of(partner),
        UPLOAD,
        partner,
        kind="TAX_NUMBER",
        uploadId=global_id("Upload", upload.id),
    )

    assert answer == {"__typename": "DocumentsUnderReview", "code": "DOCUMENTS_UNDER_REVIEW"}


async def test_a_document_needs_a_file_of_its_own_and_a_day_to_come(graph, acts, hotel):
    owner = member_of(hotel)
    waiting = await made(acts, make_upload, hotel)
    used = await made(acts, make_document, hotel, DocumentKind.LIABILITY_INSURANCE)
    ready = await made(acts, make_ready_upload, hotel)

    async def uploaded(upload_id, **facts):
        given = {"kind": "TAX_NUMBER", "uploadId": global_id("Upload", upload_id)} | facts
        return (await ask(graph, owner, UPLOAD, hotel, **given))["code"]

    assert await uploaded(waiting.id) == "UPLOAD_NOT_READY"
    assert await uploaded(used.upload_id) == "INVALID_INPUT"
    assert await uploaded(ready.id, expiresOn="2026-11-17") == "INVALID_INPUT"
    assert await acts.rows(select(models.AuditEntry)) == []


async def test_a_repeated_upload_is_the_same_document(graph, acts, hotel):
    upload = await made(acts, make_ready_upload, hotel)
    given = {"kind": "TAX_NUMBER", "uploadId": global_id("Upload", upload.id), "idempotencyKey": "tax-1"}

    owner = member_of(hotel)

    first = await ask(graph, owner, UPLOAD, hotel, **given)
    again = await ask(graph, owner, UPLOAD, hotel, **given)

    assert (again, first["__typename"]) == (first, "VerificationDocument")


async def test_the_queue_shows_who_waits_longest_first_in_few_statements(graph, acts, sql):
    for name in ("First", "Second", "Third"):
        await made(acts, make_standing, VerificationStatus.PENDING, name=name)
    await made(acts, make_standing, VerificationStatus.VERIFIED, name="Done")

    plain, queue = await sql.of(
        graph.data(staff(), "{ verificationQueue { nodes { toStatus partner { name } } } }")
    )
    whole, _ = await sql.of(graph.data(staff(), QUEUE))

    assert [each["partner"]["name"] for each in queue["nodes"]] == ["First", "Second", "Third"]
    assert (plain, whole) == (1, 3)


async def test_the_history_of_a_partner_takes_one_statement(graph, acts, sql):
    partner = await made(acts, make_standing, VerificationStatus.PENDING)

    count, shown = await sql.of(graph.data(staff(), HISTORY, id=global_id("Partner", partner.id)))

    assert (count, len(shown["verificationHistory"])) == (1, 1)


async def test_the_team_reads_of_what_was_decided_in_its_language(graph, acts):
    partner = await made(acts, make_standing, VerificationStatus.PENDING)
    await made(acts, make_member, partner)
    documents = [{"kind": "TAX_NUMBER", "reason": "Of another company."}]

    await ask(graph, staff(), REJECT, partner, documents=documents, reason="One thing.")

    (posted,) = await acts.rows(select(models.Mail))
    assert (posted.template, posted.recipient, posted.locale) == (
        MailTemplate.VERIFICATION_REJECTED,
        "vera@victoria.example",
        "en",
    )
    assert posted.facts == {
        "partner": "Bella Vista",
        "name": "Vera",
        "reasons": "One thing.\nTax number: Of another company.",
        "link": "/onboarding/verification",
    }
