"""What belongs to many properties at once."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from db import models
from db.models.properties import values_of
from db.queries import properties as queries
from db.session import Sessions
from domain.properties import PropertyField, Values
from domain.rules.engine import check
from domain.rules.portfolio import Portfolio
from domain.rules.problems import Problem
from permissions.viewer import Scope, Viewer


async def problems_of(
    sessions: Sessions,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    values: Values,
    fields: Collection[PropertyField] | None,
    without: str | None,
) -> list[Problem]:
    """Load what a form is told of these values.

    They are compared with the partner's other properties, if the caller may see those; `without` is the code of the
    one that is being edited.
    """
    portfolio = Portfolio()
    if partner_id is not None and viewer.may_at(partner_id, Scope.READ_PROPERTIES):
        async with sessions.read() as session:
            portfolio = await queries.portfolio_for(session, partner_id, values, without=without)
    return check(values, portfolio=portfolio, fields=fields)


async def problems_by_property(
    sessions: Sessions, rows: list[models.Property], _now: dt.datetime
) -> list[list[Problem]]:
    """Load what is to be said of each property beside its partner's others, in the order of the rows."""
    async with sessions.read() as session:
        known = await queries.known_near_each(session, [each.id for each in rows])
        prices = await queries.prices_by_currency(session, {each.partner_id for each in rows})
    return [
        check(values_of(each), portfolio=Portfolio(known.get(each.id, ()), prices.get(each.partner_id, {})))
        for each in rows
    ]
