"""Questions about partners."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from db import models
from db.questions import question
from db.rows import Rows, Visible


@question
def partners_by_ids(ids: Collection[UUID], *, visible: Visible) -> Rows[models.Partner]:
    """Describe the partners of these ids, by name."""
    return Rows(
        select(models.Partner).where(visible, models.Partner.id.in_(ids)).order_by(models.Partner.name)
    )
