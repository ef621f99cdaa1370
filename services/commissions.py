"""The money of commissions that come to nothing: it goes back to whose share it came out of."""

import datetime as dt

from db import models
from db.queries import refunds as queries
from db.unit_of_work import UnitOfWork
from domain import postings
from domain.ledger import EntryKind
from domain.postings import Payee
from domain.splits import LegKind, allocate
from permissions.viewer import Viewer
from services import ledger


async def give_back(
    uow: UnitOfWork, viewer: Viewer, conversion: models.AffiliateConversion, *, now: dt.datetime
) -> int:
    """Owe the link's owner what is left of a commission, and return that; a second time it is nothing.

    The owner's items get it in proportion to what they have, so that refunds and transfers take it along: the
    commission's leg keeps what was refunded of it. Locks the legs; the checkout is locked already.
    """
    legs = await queries.lock_legs(uow.session, conversion.checkout_id)
    own = [leg for leg in legs if leg.kind is LegKind.SUPPLIER and leg.partner_id == conversion.partner_id]
    given_back = 0
    for leg in legs:
        if leg.kind is LegKind.AFFILIATE:
            given_back += leg.amount_minor - leg.refunded_minor
            leg.amount_minor = leg.refunded_minor
    if not given_back:
        return 0
    for leg, more in zip(own, allocate(given_back, [leg.amount_minor for leg in own]), strict=True):
        leg.amount_minor += more
    checkout = await uow.session.get_one(models.Checkout, conversion.checkout_id)
    # Of what was handed over already the rest is to follow.
    checkout.released_at = None
    await uow.session.flush()
    await ledger.post(
        uow,
        viewer,
        kind=EntryKind.ADJUSTMENT,
        environment=conversion.environment,
        currency=conversion.currency,
        source_id=conversion.id,
        postings=postings.commission_returned(
            Payee(affiliate_id=conversion.affiliate_id), Payee(conversion.partner_id), given_back
        ),
        checkout_id=conversion.checkout_id,
        partner_id=conversion.partner_id,
        now=now,
    )
    return given_back
