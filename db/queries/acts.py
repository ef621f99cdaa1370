"""Acts on many, done for one: where an act is a part of a unit of work and can not wait for others to join it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db import functions
from db.batches import Parts, composed
from domain.errors import Refused

ONE = (0,)
"""The one member there is: the act's own rules see to whose row it is."""


async def do_alone(session: AsyncSession, act: str, parts: Parts, *seen: Sequence[int]) -> Any:
    """Run an act of `db/functions` for one member and return what it tells. Refuses: whatever its SQL refuses.

    A refusal changes nothing, and leaves the transaction as it is.
    """
    arguments = [cast(literal(composed([parts]), Text), JSONB)]
    arguments += [cast(literal(list(each), ARRAY(Integer)), ARRAY(Integer)) for each in seen]
    answer = (
        getattr(func, act)(*arguments)
        .table_valued(column("nth", Integer), column("code", Text), column("facts", JSON))
        .render_derived(name="answer")
    )
    row = (await session.execute(select(answer.c.code, answer.c.facts))).one_or_none()
    if row is None:
        return None
    code, facts = row
    if code is not None:
        raise Refused(functions.refusal(code, facts))
    return facts
