"""How partners' scores came to be what they are."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import confidence as queries
from db.questions import Asked
from domain.confidence import Factor
from domain.ids import local_id
from permissions.viewer import NOBODY
from permissions.visibility import visible_confidence_scores
from resolvers.context import Info


def confidence_history(
    info: Info,
    *,
    partner_id: strawberry.ID,
    factor: Factor | None = None,
    is_overall: bool = False,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.ConfidenceScore]]:
    """A partner's scores whenever one changed, the newest first: of one factor, or of all of them.

    `isOverall` alone: only its PowerConfidence. For its own people and the platform's staff.
    """
    return queries.page_scores(
        visible=visible_confidence_scores(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=local_id("Partner", partner_id) or NOBODY,
        factor=factor,
        is_overall=is_overall,
    )
