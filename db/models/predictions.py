"""What was known and predicted of introductions, the versions of models that predict, and which of them speak."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.types import Base, Id, enum_type
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget, version_name

Entries = Mapped[list[dict[str, Any]]]


class PredictionModel(Base):
    """A version of a model; never changed. Coefficients as `domain.learning.written` has them."""

    __tablename__ = "prediction_models"
    __table_args__ = (
        UniqueConstraint("target", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("learned_from > 0 AND held_back > 0", name="learned_from"),
    )

    id: Mapped[Id]
    target: Mapped[PredictionTarget] = mapped_column(enum_type(PredictionTarget, 16))
    number: Mapped[int]
    model: Mapped[dict[str, Any]]
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How it was fitted; None where it is the base rate."""
    is_calibrated: Mapped[bool]
    known: Mapped[int]
    """Ended introductions there were, also those of which no use could be made."""
    learned_from: Mapped[int]
    learned_until: Mapped[datetime]
    held_back: Mapped[int]
    held_back_until: Mapped[datetime]
    """When the newest that was learned from, or was held back, was made."""
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict, 16))
    trained_at: Mapped[datetime]

    figures: Mapped[list["PredictionFigure"]] = relationship(
        lazy="raise", viewonly=True, order_by="PredictionFigure.position"
    )

    @property
    def name(self) -> str:
        return version_name(self.target, self.number)


class PredictionFigure(Base):
    """How one contender did on what was held back when a version was made; the candidate at position 0."""

    __tablename__ = "prediction_figures"

    model_id: Mapped[UUID] = mapped_column(ForeignKey("prediction_models.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    contender: Mapped[Contender] = mapped_column(enum_type(Contender, 16))
    name: Mapped[str] = mapped_column(String(32))
    """Which version or rules it was."""
    number: Mapped[int]
    happened: Mapped[float]
    auc: Mapped[float | None]
    brier: Mapped[float]
    log_loss: Mapped[float]
    ece: Mapped[float]
    gain_low: Mapped[float | None]
    gain_high: Mapped[float | None]
    """Where 95 % of the candidate's gains in Brier score over it lie; None for the candidate itself."""
    bins: Entries = mapped_column(JSONB)
    """Of the reliability table: number, said, happened."""


class PredictionChoice(Base):
    """What predicts a target now; without a row, and without a model, nothing was learned that is good enough."""

    __tablename__ = "prediction_choices"

    target: Mapped[PredictionTarget] = mapped_column(enum_type(PredictionTarget, 16), primary_key=True)
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("prediction_models.id"))
    is_pinned: Mapped[bool]
    """Chosen by a person, to stay whatever is learned."""
    chosen_by: Mapped[str] = mapped_column(String(64))
    chosen_at: Mapped[datetime]

    model: Mapped[PredictionModel | None] = relationship(lazy="raise", viewonly=True)


class IntroductionSnapshot(Base):
    """What was known of an introduction when it was made, and who ranked: it is learned from by this alone."""

    __tablename__ = "introduction_snapshots"
    __table_args__ = (CheckConstraint("rule_score BETWEEN 0 AND 100", name="rule_score"),)

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    features: Mapped[dict[str, Any]]
    rule_score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    scorer: Mapped[str] = mapped_column(String(32))
    is_learned: Mapped[bool]
    """Whether a model ranked, and not the rules."""
    made_at: Mapped[datetime]


class IntroductionPrediction(Base):
    """What a version said of an introduction when it was made, to be judged by what becomes of it; never changed."""

    __tablename__ = "introduction_predictions"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        Index("ix_introduction_predictions_model", "model_id"),
    )

    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introductions.id"), primary_key=True)
    target: Mapped[PredictionTarget] = mapped_column(enum_type(PredictionTarget, 16), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("prediction_models.id"))
    probability: Mapped[Decimal] = mapped_column(Numeric(6, 5))
    base: Mapped[float]
    contributions: Entries = mapped_column(JSONB)
    """Feature, value and log odds; with `base` they add up to the log odds of the probability."""
    made_at: Mapped[datetime]

    model: Mapped[PredictionModel] = relationship(lazy="raise", viewonly=True)
