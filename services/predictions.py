"""What was known and predicted of introductions: kept with each, so that it can be learned from and judged."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import models
from db.unit_of_work import UnitOfWork
from domain.learning import Contribution
from domain.predictions import predicted
from services.matching import Judged

FINEST = Decimal("0.00001")


def keep(uow: UnitOfWork, introduction_id: UUID, judged: Judged, *, now: dt.datetime) -> None:
    """Keep what was known when an introduction was made, who ranked, and what every version that speaks says of it."""
    uow.put(
        models.IntroductionSnapshot,
        {
            "introduction_id": introduction_id,
            "features": dict(judged.features),
            "rule_score": judged.rule_score,
            "scorer": judged.scorer,
            "is_learned": judged.is_learned,
            "made_at": now,
        },
    )
    for target, (version, found) in predicted(judged.versions, judged.features).items():
        uow.put(
            models.IntroductionPrediction,
            {
                "introduction_id": introduction_id,
                "target": target,
                "model_id": version.id,
                "probability": Decimal(repr(found.probability)).quantize(FINEST),
                "base": found.base,
                "contributions": told(found.contributions),
                "made_at": now,
            },
        )


def told(contributions: Sequence[Contribution]) -> list[dict[str, Any]]:
    """Return contributions as they are kept."""
    return [
        {"feature": each.feature, "value": each.value, "log_odds": each.log_odds} for each in contributions
    ]
