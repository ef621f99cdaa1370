"""What callers report of what they were shown."""

from dataclasses import dataclass

import strawberry

from domain import interest as rules
from domain.errors import InvalidInput, RateLimited, Refused
from domain.interest import Interest, InterestKind
from resolvers.context import Info
from resolvers.refusals import answers
from services.ports import Guessed


@strawberry.input(description="The tokens of hits that were seen, or opened.")
class RecordInterestInput:
    kind: InterestKind
    tokens: list[str] = strawberry.field(description="Of `PackageHit.token`; at most 100.")


@dataclass(frozen=True, slots=True)
class RecordedInterest:
    """How many of them will be counted, unless they were already."""

    recorded: int


@answers(InvalidInput, RateLimited)
async def record_interest(info: Info, input: RecordInterestInput) -> RecordedInterest:
    """Report that hits were seen (VIEW) or opened (CLICK). Tokens that are not ours, or a day old, are passed over."""
    context = info.context
    await context.guard.guess(context.viewer, Guessed.INTEREST)
    if not 1 <= len(input.tokens) <= rules.MOST_AT_ONCE:
        raise Refused(InvalidInput("tokens", f"must be from 1 to {rules.MOST_AT_ONCE}"))
    shown = (
        rules.shown_by(each, key=context.pepper, now=context.now) for each in dict.fromkeys(input.tokens)
    )
    interests = [
        Interest(input.kind, each, context.now)
        for each in shown
        if each is not None and each.environment is context.viewer.environment
    ]
    is_kept = not interests or await context.interests.put(interests)
    return RecordedInterest(len(interests) if is_kept else 0)
