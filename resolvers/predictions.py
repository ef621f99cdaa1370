"""What was learned from introductions, what is predicted of them, and which version speaks."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import prediction_models as queries
from db.questions import Asked
from db.rows import Rows
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.ids import local_id
from domain.learning import Contribution
from domain.learning_figures import Bin
from domain.predictions import PredictionTarget
from permissions.viewer import NOBODY
from permissions.visibility import visible_prediction_choices, visible_prediction_models
from resolvers.context import Info
from resolvers.refusals import answers
from services import prediction_models


@strawberry.input(description="What predicts a target from now on.")
class ChoosePredictionModelInput:
    target: PredictionTarget
    model_id: strawberry.ID | None = strawberry.field(
        default=None, description="A version of the target; left out: none, so that rules rank."
    )
    is_pinned: bool = strawberry.field(
        default=True,
        description="Whether it stays whatever is learned; false leaves the next choice to the job.",
    )


def prediction_models_(
    info: Info,
    *,
    target: PredictionTarget | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PredictionModel]]:
    """Versions that were learned from introductions, the newest first, each with how it did beside the others."""
    return queries.page_models(
        visible=visible_prediction_models(info.context.viewer),
        window=Window(first, after, last, before),
        target=target,
    )


def prediction_choices(info: Info) -> Asked[Rows[models.PredictionChoice]]:
    """Which version predicts each target; a target that is missing was never learned, and rules rank."""
    return queries.choices(visible=visible_prediction_choices(info.context.viewer))


def bins(root: strawberry.Parent[models.PredictionFigure]) -> list[Bin]:
    """Of what was said in each tenth, how much happened."""
    return [Bin(**each) for each in root.bins]


def contributions(root: strawberry.Parent[models.IntroductionPrediction]) -> list[Contribution]:
    """Why: what each thing that was known adds to the log odds of the usual case, the weightiest at the front."""
    return [Contribution(**each) for each in root.contributions]


@answers(NotFound, Forbidden, InvalidInput)
async def choose_prediction_model(info: Info, input: ChoosePredictionModelInput) -> models.PredictionChoice:
    """Let an earlier version speak again, or the rules; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await prediction_models.choose(
            uow,
            context.viewer,
            target=input.target,
            model_id=None
            if input.model_id is None
            else local_id("PredictionModel", input.model_id) or NOBODY,
            is_pinned=input.is_pinned,
            now=context.now,
        )
