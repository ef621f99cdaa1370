"""Comparisons of the books with the provider's."""

from db import models
from db.paging import Page, Window
from db.queries import reconciliation as queries
from db.questions import Asked
from permissions.visibility import visible_reconciliation_runs
from resolvers.context import Info


def reconciliation_runs(
    info: Info,
    *,
    has_differences: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.ReconciliationRun]]:
    """Comparisons of the books with the provider's, newest first. For the platform's staff."""
    return queries.page_runs(
        visible=visible_reconciliation_runs(info.context.viewer),
        window=Window(first, after, last, before),
        has_differences=has_differences,
    )
