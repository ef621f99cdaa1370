"""What must hold after any number of checkouts, whatever failed meanwhile: each proof counts what contradicts it.

All of LIVE, in PostgreSQL; and the provider's payments beside ours.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select, text

from bench import database
from db import models
from db.session import Sessions
from domain.environments import Environment
from services import audit, reconciliation
from services.ports import Payments
from services.reconciliation import Books, Span

IN_SQL = {
    "every journal entry sums to zero": """
        SELECT count(*) FROM (
          SELECT e.id FROM journal_entries e LEFT JOIN postings p ON p.entry_id = e.id
          WHERE e.environment = 'LIVE' GROUP BY e.id
          HAVING count(p.position) < 2 OR sum(p.amount_minor) <> 0) AS wrong""",
    "every paid checkout is in the journal once, with what was paid": """
        SELECT count(*) FROM checkouts c JOIN payments y ON y.checkout_id = c.id
        LEFT JOIN LATERAL (
          SELECT count(DISTINCT e.id) AS entries, sum(p.amount_minor) AS cash
          FROM journal_entries e JOIN postings p ON p.entry_id = e.id
          JOIN ledger_accounts a ON a.id = p.account_id AND a.kind = 'PROVIDER_CASH'
          WHERE e.kind = 'SALE' AND e.checkout_id = c.id) AS sale ON true
        WHERE c.environment = 'LIVE' AND c.status IN ('PAID', 'COMPENSATED')
          AND (sale.entries <> 1 OR sale.cash IS DISTINCT FROM c.total_minor OR y.amount_minor <> c.total_minor)""",
    "nothing else is in the journal as a sale": """
        SELECT count(*) FROM journal_entries e LEFT JOIN checkouts c ON c.id = e.checkout_id
        WHERE e.environment = 'LIVE' AND e.kind = 'SALE' AND c.status NOT IN ('PAID', 'COMPENSATED')""",
    "the legs of every checkout sum to its total": """
        SELECT count(*) FROM checkouts c
        WHERE c.environment = 'LIVE' AND c.total_minor <> (
          SELECT coalesce(sum(l.amount_minor), 0) FROM checkout_legs l WHERE l.checkout_id = c.id)""",
    "every party's account is the sum of its legs": """
        SELECT count(*) FROM (
          SELECT l.partner_id, sum(l.amount_minor) AS earned FROM checkout_legs l
          JOIN checkouts c ON c.id = l.checkout_id AND c.environment = 'LIVE' AND c.status = 'PAID'
          WHERE l.kind = 'SUPPLIER' GROUP BY l.partner_id) AS legs
        LEFT JOIN LATERAL (
          SELECT -sum(p.amount_minor) AS booked FROM postings p
          JOIN ledger_accounts a ON a.id = p.account_id AND a.environment = 'LIVE'
          WHERE a.partner_id = legs.partner_id AND a.kind IN ('PARTNER_PENDING', 'PARTNER_AVAILABLE')) AS account
          ON true
        WHERE legs.earned IS DISTINCT FROM account.booked""",
    "every paid checkout is one booking, with a ticket for each unit": """
        SELECT count(*) FROM checkouts c
        LEFT JOIN bookings b ON b.id = c.booking_id AND b.reservation_id = c.reservation_id
        LEFT JOIN reservations r ON r.id = c.reservation_id
        WHERE c.environment = 'LIVE' AND c.status = 'PAID' AND (
          b.id IS NULL OR r.status <> 'ACTIVATED'
          OR r.units <> (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id))""",
    "what the pools have sold is what was booked": """
        SELECT count(*) FROM allotments a WHERE a.environment = 'LIVE' AND a.channel = 'DIRECT' AND a.sold <> (
          SELECT coalesce(sum(l.quantity - l.returned), 0) FROM reservation_lines l
          JOIN bookings b ON b.reservation_id = l.reservation_id WHERE l.allotment_id = a.id)""",
    "the coupon's counter is the uses there are": """
        SELECT count(*) FROM coupons k WHERE k.environment = 'LIVE' AND k.counted <> (
          SELECT count(*) FROM coupon_redemptions r WHERE r.coupon_id = k.id AND r.is_counted)""",
    "a use of the coupon is confirmed for every paid checkout, and for no other": """
        SELECT count(*) FROM coupon_redemptions r
        FULL JOIN checkouts c ON c.reservation_id = r.reservation_id
        WHERE c.environment = 'LIVE' AND c.coupon_minor > 0
          AND (c.status = 'PAID') <> (r.status IS NOT DISTINCT FROM 'CONFIRMED')""",
    "every sale that came by a link has one conversion, with the commission of its split": """
        SELECT count(*) FROM checkouts c
        LEFT JOIN affiliate_conversions v ON v.checkout_id = c.id
        WHERE c.environment = 'LIVE' AND c.status = 'PAID' AND c.attribution IS NOT NULL
          AND v.commission_minor IS DISTINCT FROM (
            SELECT sum(l.amount_minor) FROM checkout_legs l WHERE l.checkout_id = c.id AND l.kind = 'AFFILIATE')""",
    "every paid checkout has a receipt": """
        SELECT count(*) FROM checkouts c WHERE c.environment = 'LIVE' AND c.status = 'PAID'
          AND NOT EXISTS (SELECT FROM documents d WHERE d.checkout_id = c.id)""",
    "no checkout is left in the middle": """
        SELECT count(*) FROM checkouts WHERE environment = 'LIVE' AND status IN ('OPEN', 'PROCESSING')""",
    "everything the provider told is processed": """
        SELECT count(*) FROM provider_events WHERE environment = 'LIVE' AND processed_at IS NULL""",
    "no job was given up": "SELECT count(*) FROM dead_letters",
}
AUDITED = 50_000
"""Entries of a chain that are looked at, at most."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence, and how much there is against it."""

    sentence: str
    against: int
    words: str = ""

    @property
    def holds(self) -> bool:
        return self.against == 0


async def proofs(
    sessions: Sessions, payments: Payments, *, since: dt.datetime, until: dt.datetime, answered_paid: int
) -> list[Proof]:
    """Look at everything. `answered_paid`: so many buyers were told that they have paid."""
    async with sessions.read() as session:
        found = [
            Proof(sentence, int(await session.scalar(text(query)) or 0)) for sentence, query in IN_SQL.items()
        ]
        paid = int(
            await session.scalar(
                text("SELECT count(*) FROM checkouts WHERE environment = 'LIVE' AND status = 'PAID'")
            )
            or 0
        )
    books = await database.verdict(sessions)
    found.append(Proof("nothing is oversold", books.oversold))
    found.append(Proof("the pools' counters are their holds and sales", books.counters))
    found.append(Proof("the pools' journals add up", books.journal))
    found.append(Proof("who was told to have paid has a booking", max(answered_paid - paid, 0)))
    found.append(Proof("the audit chains are whole", await _broken_chains(sessions)))
    found.append(await _reconciled(sessions, payments, Span(since, until)))
    return found


async def _reconciled(sessions: Sessions, payments: Payments, span: Span) -> Proof:
    """Compare as every night, without the time that news have to come."""
    look = await reconciliation.look(Books(sessions, payments, Environment.LIVE, span))
    words = Counter(f"{each.object} {each.kind}" for each in look.differences)
    return Proof(
        "reconciliation finds no difference",
        len(look.differences),
        ", ".join(f"{number} {what}" for what, number in words.items()),
    )


async def _broken_chains(sessions: Sessions) -> int:
    entry = models.AuditEntry
    broken = 0
    async with sessions.read() as session:
        for partner_id in (await session.scalars(select(entry.partner_id).distinct())).all():
            chain = select(entry).where(entry.partner_id.is_not_distinct_from(partner_id))
            chain = chain.order_by(entry.sequence).limit(AUDITED)
            broken += audit.broken_at(list((await session.scalars(chain)).all())) is not None
    return broken
