"""What was learned from introductions, and what is predicted of them."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from db import models
from domain import learning, learning_figures
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget
from permissions.viewer import Scope
from resolvers import predictions as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import Forbidden, InvalidInput, NotFound
from schema.sources import related, represents, resolved_by


@strawberry.type(description="Cases that were said to be about as likely, and how many of them happened.")
class ReliabilityBin:
    is_type_of = represents(learning_figures.Bin)

    number: int
    said: float
    happened: float


@strawberry.type(description="How one contender did on introductions that nobody had learned from.")
class PredictionFigure:
    is_type_of = represents(models.PredictionFigure)

    contender: Contender
    name: str = strawberry.field(description="Which version or rules it was.")
    number: int = strawberry.field(description="Introductions that were held back.")
    happened: float = strawberry.field(description="The share of them of which it came true.")
    auc: float | None = strawberry.field(description="Null where it came true of all or of none.")
    brier: float = strawberry.field(description="Mean square of said − happened; the smaller the better.")
    log_loss: float
    ece: float = strawberry.field(description="How far what was said is from what happened, on average.")
    gain_low: float | None = strawberry.field(
        description="With the next: where 95 % of the version's gains in Brier score over it lie; null for itself."
    )
    gain_high: float | None
    bins: list[ReliabilityBin] = resolved_by(resolve.bins)


@strawberry.type(description="A version of a model of what becomes of introductions; it is never changed.")
class PredictionModel(Node):
    is_type_of = represents(models.PredictionModel)

    target: PredictionTarget
    number: int = strawberry.field(description="Of its target, from 1; `booking-3` is number 3 of BOOKING.")
    model: JSON = strawberry.field(description="Its coefficients.")
    choice: JSON | None = strawberry.field(description="How it was fitted; null where it is the base rate.")
    is_calibrated: bool
    learned_from: int = strawberry.field(description="Introductions.")
    learned_until: dt.datetime = strawberry.field(description="When the newest of them was made.")
    held_back: int = strawberry.field(description="Introductions it was compared on.")
    held_back_until: dt.datetime
    verdict: Verdict = strawberry.field(description="What came of the comparison, when it was made.")
    trained_at: dt.datetime
    figures: list[PredictionFigure] = related(
        models.PredictionModel.figures, description="The version's own at the front."
    )


@strawberry.type(description="What predicts a target.")
class PredictionChoice:
    is_type_of = represents(models.PredictionChoice)

    target: PredictionTarget
    model: PredictionModel | None = related(
        models.PredictionChoice.model, description="Null where no version speaks: rules rank."
    )
    is_pinned: bool = strawberry.field(description="Whether it stays whatever is learned.")
    chosen_by: str = strawberry.field(description="`user:…`; `system` for the job.")
    chosen_at: dt.datetime


@strawberry.type(description="What one thing that was known adds to the log odds of the usual case.")
class PredictionContribution:
    is_type_of = represents(learning.Contribution)

    feature: str
    value: float = strawberry.field(description="From 0 to 1.")
    log_odds: float


@strawberry.type(description="What a version said of an introduction when it was made.")
class IntroductionPrediction:
    is_type_of = represents(models.IntroductionPrediction)

    target: PredictionTarget
    probability: Decimal
    base: float = strawberry.field(description="The log odds of the usual case.")
    contributions: list[PredictionContribution] = resolved_by(resolve.contributions)
    made_at: dt.datetime


ChoosePredictionModelPayload = Annotated[
    PredictionChoice | NotFound | Forbidden | InvalidInput,
    strawberry.union("ChoosePredictionModelPayload"),
]


@strawberry.type
class PredictionQuery:
    prediction_models: Connection[PredictionModel] = resolved_by(
        resolve.prediction_models_, scope=Scope.OPERATE
    )
    prediction_choices: list[PredictionChoice] = resolved_by(resolve.prediction_choices, scope=Scope.OPERATE)


@strawberry.type
class PredictionMutation:
    choose_prediction_model: ChoosePredictionModelPayload = resolved_by(
        resolve.choose_prediction_model, scope=Scope.OPERATE
    )
