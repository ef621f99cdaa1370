"""Which rows that somebody remembers between calls a unit of work has changed.

Rows are noted when they are flushed, whatever act changed them: no service has to remember to say so.
Statements pass unseen (`update(...)`): that a key was used, for one, changes nothing of what it may do.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import get_history

from db import models

REMEMBERED: dict[type[models.Base], str] = {
    models.ApiKey: "id",
    models.ResellerProfile: "partner_id",
    models.User: "id",
    models.PartnerMember: "user_id",
    models.OnboardingCase: "account_manager_id",
}
"""What a caller is made of, and the attribute that names the object it is remembered by."""

NOTED = "changed_objects"


def changed_in(session: AsyncSession) -> frozenset[UUID]:
    """Return the remembered objects whose rows this session has written so far."""
    return frozenset(session.info.get(NOTED, ()))


def _note(_mapper: Any, _connection: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None:
        # Who it named before, too: a case that changes hands ends the rights of the former ones.
        named = get_history(row, REMEMBERED[type(row)]).sum()
        session.info.setdefault(NOTED, set()).update(each for each in named if each)


for _model in REMEMBERED:
    for _moment in ("after_insert", "after_update", "after_delete"):
        event.listen(_model, _moment, _note)
