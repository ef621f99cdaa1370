"""What is said after a demo."""

import strawberry

from db import models
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.introductions import IntroductionOutcome, InvalidIntroductionTransition, NoShowParty, ShowStatus
from domain.outcomes import AlreadySubmitted, Ratings, Report, TooEarly
from resolvers.context import Info
from resolvers.refusals import answers
from services import outcomes


@strawberry.input(description="Who came to a demo, and what came of it.")
class RecordOutcomeInput:
    id: strawberry.ID
    show_status: ShowStatus
    no_show_party: NoShowParty | None = strawberry.field(
        default=None, description="Who did not come; of a NO_SHOW, and of nothing else."
    )
    outcome: IntroductionOutcome | None = strawberry.field(
        default=None, description="Of a demo that took place; may be said later."
    )
    note: str | None = None
    idempotency_key: str | None = None


@strawberry.input(description="What one side thought of an introduction.")
class SubmitFeedbackInput:
    introduction_id: strawberry.ID
    satisfaction: int = strawberry.field(description="With the match: 1 to 5.")
    experience: int = strawberry.field(description="Of the way to the demo: 1 to 5.")
    likelihood: int = strawberry.field(description="To recommend it: 0 to 10.")
    partner_quality: int | None = strawberry.field(
        default=None, description="1 to 5; the contractor's to say, and needed of it."
    )
    comment: str | None = None
    idempotency_key: str | None = None


@answers(
    NotFound,
    Forbidden,
    InvalidInput,
    TooEarly,
    AlreadySubmitted,
    InvalidIntroductionTransition,
    IdempotencyConflict,
)
async def record_outcome(info: Info, input: RecordOutcomeInput) -> models.Introduction:
    """Say who came to a demo that is over, and what came of it. It can be changed for seven days.

    The first word is taken; another side's that disagrees on who came goes to the platform's staff, whose word is
    the last. A demo that did not take place is proposed again.
    """
    context = info.context
    async with context.unit_of_work() as uow:
        return await outcomes.record_outcome(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            report=Report(input.show_status, input.no_show_party, input.outcome, input.note),
            idempotency=context.idempotency(
                input.idempotency_key, "record_outcome", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(
    NotFound,
    Forbidden,
    InvalidInput,
    TooEarly,
    AlreadySubmitted,
    InvalidIntroductionTransition,
    IdempotencyConflict,
)
async def submit_feedback(info: Info, input: SubmitFeedbackInput) -> models.IntroductionFeedback:
    """Say what you thought of an introduction, once its demo is over. It can be changed for seven days."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await outcomes.submit_feedback(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.introduction_id),
            ratings=Ratings(input.satisfaction, input.experience, input.likelihood, input.partner_quality),
            comment=input.comment,
            idempotency=context.idempotency(
                input.idempotency_key, "submit_feedback", input=strawberry.asdict(input)
            ),
            now=context.now,
        )
