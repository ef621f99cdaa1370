"""Documents in the making: what they say, how they are numbered, and everything that can happen on the way."""

import asyncio
import dataclasses
import datetime as dt
import io

import pypdf
import pytest
from sqlalchemy import select, update

from db import models
from domain.document_json import sale_of, statement_of
from domain.documents import (
    LEASE,
    MAX_ATTEMPTS,
    BillingDocumentKind,
    BillingDocumentStatus,
    Deduction,
    DeductionKind,
    DocumentFormat,
    Line,
    Movement,
    MovementKind,
    PaidOut,
    Party,
    Statement,
)
from domain.errors import GatewayError
from domain.events import EventType
from domain.ledger import AccountKind, EntryKind
from domain.pricing import CustomerType
from jobs import dead_letters, documents, schedule
from permissions.viewer import Role
from services import dead_letters as letters
from services import document_making as making
from services import documents as acts
from tests.factories.documents import DAY, make_entry, make_payout, make_refund, make_sale
from tests.factories.partners import make_member
from tests.factories.times import HOUR, MINUTE, NOW, SECOND
from tests.factories.viewers import staff
from tests.factories.world import make_world
from tests.fixtures.storage import STORAGE
from tests.fixtures.work import run_queued

REQUESTED, READY, FAILED = BillingDocumentStatus
OCTOBER = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


class Killed(BaseException):
    """The end of a worker."""


@pytest.fixture
async def world(work):
    async with work.unit_of_work() as uow:
        return await make_world(uow.session)


@pytest.fixture
def sell(work, world):
    """Sells, and asks for the receipt in the same transaction."""

    async def sell(package=None, **facts):
        async with work.unit_of_work() as uow:
            checkout = await make_sale(uow.session, package or world.cruise, **facts)
            await acts.request_for_sale(uow, checkout=checkout, now=work.clock())
        return checkout

    return sell


async def rows(work, statement=None):
    chosen = select(models.Document).order_by(models.Document.id) if statement is None else statement
    async with work.sessions.read() as session:
        return list((await session.scalars(chosen)).all())


async def only(work):
    (row,) = await rows(work)
    return row


async def file_of(row):
    return b"".join([piece async for piece in STORAGE.read(row.key)])


async def text_of(row):
    reader = pypdf.PdfReader(io.BytesIO(await file_of(row)))
    return "\n".join(page.extract_text() for page in reader.pages)


async def test_a_receipt_says_what_was_sold(work, sell):
    checkout = await sell(token=b"a", units=3, discount_minor=2_000, coupon_minor=500)

    assert await documents.generate(work) == 1

    row = await only(work)
    booking = await rows(work, select(models.Booking))
    assert (row.status, row.number, row.total_minor, row.attempts) == (READY, "R-2026-000001", 83_900, 1)
    assert (row.file_name, row.ready_at, row.notice) == ("R-2026-000001.pdf", NOW, None)
    sale = sale_of(row.content)
    assert sale.seller == Party("Victoria Cruises")
    assert sale.buyer == Party("Mei Wong", ("mei@example.com",))
    assert sale.lines == (Line("Crociera nel porto", 3, 28_800, 86_400, CustomerType.ADULT, DAY),)
    assert sale.deductions == (
        Deduction(DeductionKind.DISCOUNT, -2_000),
        Deduction(DeductionKind.COUPON, -500, "VENICE5"),
    )
    assert (sale.booking_code, sale.payment_reference) == (
        booking[0].confirmation_code,
        f"pi_{checkout.id.hex[-8:]}",
    )
    text = await text_of(row)
    for each in ("Ricevuta", "839,00\u00a0HKD", "Crociera nel porto", "Adulto · 24 dicembre 2026"):
        assert each in text
    assert row.byte_size == len(await file_of(row))
    assert work.meter.runs == [("documents.attempt", "done")]


async def test_a_receipt_says_who_the_seller_is_by_law(work, sell):
    await sell(token=b"a")
    async with work.unit_of_work() as uow:
        await uow.session.execute(
            update(models.Partner).values(
                legal_name="Victoria Cruises Ltd.",
                address_lines=["Pier 7"],
                postal_code="0001",
                city="Hong Kong",
                country="HK",
                tax_number="HK-12345678",
            )
        )

    await documents.generate(work)

    row = await only(work)
    assert sale_of(row.content).seller == Party(
        "Victoria Cruises Ltd.", ("Pier 7", "0001 Hong Kong"), "HK", "HK-12345678"
    )
    text = await text_of(row)
    for each in ("Victoria Cruises Ltd.", "Pier 7", "0001 Hong Kong", "HK-12345678"):
        assert each in text


async def test_what_is_asked_for_twice_is_one_document(work, sell):
    checkout = await sell()
    async with work.unit_of_work() as uow:
        again = await acts.request_for_sale(uow, checkout=checkout, now=work.clock())

    assert (await only(work)).id == again.id
    assert (await documents.generate(work), await documents.generate(work)) == (1, 0)


async def test_numbers_have_no_gaps_a_partner_a_kind_a_year_and_an_environment(work, world, sell, clock):
    clock.now = dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC)
    for number in range(3):
        await sell(token=bytes([number]))
    await sell(world.test_cruise, token=b"t")
    clock.later(2 * HOUR)
    await sell(token=b"n")

    await documents.generate(work)

    assert [row.number for row in await rows(work)] == [
        "R-2026-000001",
        "R-2026-000002",
        "R-2026-000003",
        "TEST-R-2026-000001",
        "R-2027-000001",
    ]


async def test_workers_at_once_number_everything_once_without_a_gap(work, sell):
    for number in range(30):
        await sell(token=bytes([number]))

    made = await asyncio.gather(*(documents.generate(work) for _ in range(4)))

    assert sum(made) == 30
    numbers = sorted(row.number for row in await rows(work))
    assert numbers == [f"R-2026-{number:06}" for number in range(1, 31)]
    assert len(await rows(work, select(models.Mail))) == 30


async def test_what_is_rolled_back_leaves_no_gap(work, sell):
    await sell(token=b"a")
    taken = []

    async def take_and_die():
        async with work.unit_of_work() as uow:
            taken.extend(await making.take_due(uow, limit=9, now=NOW))
            raise Killed

    with pytest.raises(Killed):
        await take_and_die()
    await sell(token=b"b")
    await documents.generate(work)

    assert [each.paper.number for each in taken] == ["R-2026-000001"]
    assert [row.number for row in await rows(work)] == ["R-2026-000001", "R-2026-000002"]


async def test_a_credit_note_names_the_receipt_it_takes_back(work, world, sell):
    checkout = await sell()
    async with work.unit_of_work() as uow:
        refund = await make_refund(uow.session, checkout, amount_minor=20_000)
        await acts.request_for_sale(
            uow,
            checkout=checkout,
            kind=BillingDocumentKind.CREDIT_NOTE,
            refund_id=refund.id,
            now=work.clock(),
        )

    assert await documents.generate(work) == 2

    _, note = await rows(work)
    assert (note.number, note.total_minor) == ("C-2026-000001", 20_000)
    text = await text_of(note)
    for each in ("Nota di credito", "Rettifica R-2026-000001", "200,00\u00a0HKD", "Cancellazione", "re_"):
        assert each in text


async def test_an_invoice_is_for_whom_it_was_asked_for(work, world):
    company = Party("Wong Ltd", ("1 Queen's Road",), "HK", "HK-1")
    async with work.unit_of_work() as uow:
        checkout = await make_sale(uow.session, world.cruise)
        await acts.request_for_sale(
            uow, checkout=checkout, kind=BillingDocumentKind.INVOICE, buyer=company, now=NOW
        )

    await documents.generate(work)

    row = await only(work)
    assert row.number == "I-2026-000001"
    assert sale_of(row.content).buyer == company
    assert "Wong Ltd" in await text_of(row)


async def test_what_a_bundle_is_made_of_stands_on_no_receipt(work, world):
    async with work.unit_of_work() as uow:
        checkout = await make_sale(uow.session, world.cruise)
        line = await uow.session.scalar(select(models.ReservationLine))
        uow.session.add(
            models.ReservationLine(
                reservation_id=line.reservation_id,
                position=2,
                component_of=1,
                allotment_id=line.allotment_id,
                package_id=world.pet_cruise.id,
                package_version=1,
                product_id="107",
                customer_type=CustomerType.ADULT,
                quantity=2,
                unit_amount_minor=0,
                amount_minor=0,
                currency="HKD",
                rules=[],
            )
        )
        await acts.request_for_sale(uow, checkout=checkout, now=NOW)

    await documents.generate(work)

    row = await only(work)
    assert [line.quantity for line in sale_of(row.content).lines] == [2]


async def test_a_buyer_is_mailed_where_the_file_is(work, sell):
    await sell()
    await documents.generate(work)

    (mail,) = await rows(work, select(models.Mail))
    row = await only(work)
    assert (mail.recipient, mail.template, mail.locale) == ("mei@example.com", "RECEIPT_READY", "it")
    assert mail.facts["number"] == "R-2026-000001"
    assert mail.facts["link"].startswith("https://api.interline.example/downloads/")
    assert mail.key == f"document:{row.id.hex}"


async def test_a_mail_leads_to_the_page_that_was_given(work, world):
    async with work.unit_of_work() as uow:
        checkout = await make_sale(uow.session, world.cruise)
        await acts.request_for_sale(uow, checkout=checkout, link="/checkouts/secret", now=NOW)

    await documents.generate(work)

    (mail,) = await rows(work, select(models.Mail))
    assert mail.facts["link"] == "/checkouts/secret"


async def test_webhooks_are_told(work, sell, world):
    await sell()
    await documents.generate(work)

    (event,) = await rows(work, select(models.Event).where(models.Event.type == EventType.DOCUMENT_READY))
    row = await only(work)
    assert (event.type, event.partner_id, event.object_id) == (
        "document.ready",
        world.operator.id,
        row.id,
    )
    assert event.payload == {
        "id": f"doc_{row.id.hex}",
        "kind": "RECEIPT",
        "format": "PDF",
        "number": "R-2026-000001",
    }


async def october(uow, world, checkout):
    """What is posted for the operator around October: a sale before, two in it, a refund, a release, a payout."""

    async def post(kind, amount, day, **facts):
        at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC) + day * 24 * HOUR
        await make_entry(uow.session, world.operator, kind, amount, at=at, **facts)

    await post(EntryKind.SALE, 50_000, -1)
    await post(EntryKind.SALE, 80_000, 0, checkout=checkout)
    await post(
        EntryKind.TRANSFER,
        80_000,
        1,
        account=AccountKind.PARTNER_AVAILABLE,
        against=AccountKind.PARTNER_PENDING,
    )
    await post(EntryKind.REFUND, -20_000, 5, checkout=checkout)
    await post(EntryKind.SALE, 999, 6, currency="EUR")
    await make_entry(uow.session, world.reseller, EntryKind.SALE, 7, at=NOW - 30 * 24 * HOUR)
    payout = await make_payout(uow.session, world.operator, amount_minor=60_000)
    last = dt.datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)
    await make_entry(
        uow.session,
        world.operator,
        EntryKind.PAYOUT,
        -60_000,
        at=last,
        account=AccountKind.PARTNER_AVAILABLE,
        source_id=payout.id,
    )
    await post(EntryKind.SALE, 11, 31)
    return payout


async def test_a_payout_statement_is_what_the_journal_says(work, world):
    async with work.unit_of_work() as uow:
        member = await make_member(uow.session, world.operator, role=Role.FINANCE)
        await make_member(uow.session, world.operator, role=Role.SUPPORT)
        checkout = await make_sale(uow.session, world.cruise)
        payout = await october(uow, world, checkout)
        await acts.request_for_payout(uow, payout=payout, partner_id=world.operator.id, locale="de", now=NOW)
        code = await uow.session.scalar(select(models.Booking.confirmation_code))

    assert await documents.generate(work) == 1

    row = await only(work)
    assert (row.number, row.total_minor) == ("P-2026-000001", 60_000)
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert statement_of(row.content) == Statement(
        holder=Party("Victoria Cruises"),
        currency="HKD",
        starts_on=OCTOBER[0],
        ends_on=OCTOBER[1],
        opening_minor=50_000,
        movements=(
            Movement(at, MovementKind.SALE, code, 80_000),
            Movement(at + 5 * 24 * HOUR, MovementKind.REFUND, code, -20_000),
            Movement(
                at + 31 * 24 * HOUR - dt.timedelta(microseconds=1),
                MovementKind.PAYOUT,
                payout.provider_id,
                -60_000,
            ),
        ),
        payout=PaidOut(60_000, dt.date(2026, 11, 20), payout.provider_id),
    )
    assert statement_of(row.content).closing_minor == 50_000
    assert "Endsaldo 500,00\u00a0HK$" in await text_of(row)
    (mail,) = await rows(work, select(models.Mail))
    assert (mail.recipient, mail.template) == (member.email, "STATEMENT_READY")
    assert mail.facts["starts_on"] == "2026-10-01"


async def test_a_statement_waits_until_its_last_day_is_settled(work, world, clock):
    clock.now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    async with work.unit_of_work() as uow:
        payout = await make_payout(uow.session, world.operator, amount_minor=60_000)
        await acts.request_for_payout(
            uow,
            payout=payout,
            partner_id=world.operator.id,
            locale="en",
            format=DocumentFormat.CSV,
            now=clock.now,
        )
    clock.later(10 * MINUTE - SECOND)
    assert await documents.generate(work) == 0
    clock.later(SECOND)

    assert await documents.generate(work) == 1
    assert (await file_of(await only(work))).decode("utf-8-sig").splitlines() == [
        "Date,Entry,Reference,Amount,Balance,Currency",
        "2026-10-01,Opening balance,,,0.00,HKD",
        "2026-10-31,Closing balance,,,0.00,HKD",
    ]


async def test_a_worker_killed_after_writing_has_the_same_file_written_again(work, sell, clock):
    class DyingStorage:
        async def write(self, key, pieces, **words):
            await STORAGE.write(key, pieces, **words)
            raise Killed

    await sell()
    with pytest.raises(Killed):
        await documents.generate(dataclasses.replace(work, storage=DyingStorage()))
    left = await only(work)
    assert (left.status, left.number, left.key) == (REQUESTED, "R-2026-000001", None)
    (key,) = await STORAGE.keys(f"documents/{left.id.hex}")
    first = b"".join([piece async for piece in STORAGE.read(key)])

    clock.later(LEASE - SECOND)
    assert await documents.generate(work) == 0
    clock.later(SECOND)
    assert await documents.generate(work) == 1

    row = await only(work)
    assert (row.status, row.number, row.attempts, row.key) == (READY, "R-2026-000001", 2, key)
    assert await file_of(row) == first


async def test_an_attempt_noted_late_changes_nothing(work, sell, clock):
    await sell()
    async with work.unit_of_work() as uow:
        (late,) = await making.take_due(uow, limit=1, now=clock.now)
    clock.later(LEASE)
    await documents.generate(work)

    async with work.unit_of_work() as uow:
        made = making.Made(1, "0" * 64, "/")
        assert not await making.note_made(uow, attempt=late, made=made, now=clock.now)
        assert await making.note_failure(uow, attempt=late, error="late", now=clock.now) is None
    assert (await only(work)).byte_size > 1


class AwayStorage:
    async def write(self, *_args, **_words):
        raise GatewayError("storage", "timed out", retryable=True)


async def test_storage_that_is_away_is_tried_again_and_holds_up_nobody(work, sell, clock):
    away = dataclasses.replace(work, storage=AwayStorage())
    await sell(token=b"a")
    await sell(token=b"b")

    assert await documents.generate(away) == 2
    assert await documents.generate(work) == 0
    clock.later(30 * SECOND)
    assert await documents.generate(work) == 2

    assert [(row.status, row.attempts, row.last_error) for row in await rows(work)] == [(READY, 2, None)] * 2


async def test_after_the_last_try_a_document_is_a_dead_letter_and_can_be_made_again(work, sell, clock, queue):
    away = dataclasses.replace(work, storage=AwayStorage())
    await sell()
    for _ in range(MAX_ATTEMPTS):
        await documents.generate(away)
        clock.later(HOUR)

    row = await only(work)
    (letter,) = await rows(work, select(models.DeadLetter))
    assert (row.status, row.attempts, row.number) == (FAILED, MAX_ATTEMPTS, "R-2026-000001")
    assert (letter.job, letter.key, letter.partner_id) == ("documents.remake", row.id.hex, row.partner_id)
    assert work.meter.runs.count(("documents.attempt", "retried")) == MAX_ATTEMPTS - 1
    assert work.meter.runs.count(("documents.attempt", "dead")) == 1

    async with work.unit_of_work() as uow:
        await letters.replay_dead_letter(uow, staff(), letter_id=letter.id, now=clock.now)
    await dead_letters.requeue(work)
    await run_queued(work, queue)
    assert await documents.generate(work) == 1
    assert ((await only(work)).status, (await only(work)).number) == (READY, "R-2026-000001")


async def test_a_document_that_ends_every_worker_is_given_up(work, sell, clock):
    await sell()
    for _ in range(MAX_ATTEMPTS):
        async with work.unit_of_work() as uow:
            assert len(await making.take_due(uow, limit=1, now=clock.now)) == 1
        clock.later(LEASE)

    assert await documents.generate(work) == 0
    row = await only(work)
    assert (row.status, row.last_error, row.attempts) == (FAILED, "never noted", MAX_ATTEMPTS)


async def test_parts_that_do_not_add_up_make_no_document_and_take_no_number(work, world, sell):
    async with work.unit_of_work() as uow:
        checkout = await make_sale(uow.session, world.cruise, token=b"odd")
        line = await uow.session.scalar(select(models.ReservationLine))
        line.amount_minor += 1
        await acts.request_for_sale(uow, checkout=checkout, now=NOW)
    await sell()

    assert await documents.generate(work) == 1

    odd, fine = await rows(work)
    assert (odd.status, odd.number, odd.last_error) == (
        FAILED,
        None,
        "The document's parts make 57601, not 57600.",
    )
    assert (fine.status, fine.number) == (READY, "R-2026-000001")


async def test_it_runs_by_itself_every_two_seconds():
    periods = {each.task.name: (each.every_seconds, each.at_minute) for each in schedule.PERIODIC}

    assert periods["documents.generate"] == (2, None)
    assert "documents.remake" in {task.name for task in schedule.TASKS}
