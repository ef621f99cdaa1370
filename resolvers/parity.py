"""Comparisons of what packages cost on the channels."""

from typing import Any

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import parity as queries
from db.questions import Asked
from permissions.visibility import visible_parity_runs
from resolvers.context import Info


def price_parity_runs(
    info: Info,
    *,
    has_differences: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PriceParityRun]]:
    """Comparisons of what packages cost on the channels, newest first. For the platform's staff."""
    return queries.page_parity_runs(
        visible=visible_parity_runs(info.context.viewer),
        window=Window(first, after, last, before),
        has_differences=has_differences,
    )


def party(root: strawberry.Parent[models.PriceParityDifference]) -> list[dict[str, Any]]:
    """Who would have traveled."""
    return [{"customer_type": each, "quantity": quantity} for each, quantity in root.party.items()]
