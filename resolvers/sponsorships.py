"""Paid places in search."""

import datetime as dt
from decimal import Decimal

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import sponsorships as queries
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.sponsorships import AlreadySponsored, ChargedBy, SponsorshipLimit, SponsorshipStatus
from permissions.visibility import visible_sponsorships
from resolvers.context import Info
from resolvers.refusals import answers
from services import sponsorships


@strawberry.input(description="A paid place for a package.")
class CreateSponsorshipInput:
    package_id: strawberry.ID
    charged_by: ChargedBy
    price: Decimal = strawberry.field(description="Of one view or click, in the package's currency.")
    daily_budget: Decimal = strawberry.field(description="What a day of UTC costs at most.")
    daily_cap: int = strawberry.field(
        default=5, description="How often a viewer sees it there a day: 1 to 100."
    )
    starts_on: dt.date | None = strawberry.field(default=None, description="Today where it is not given.")
    ends_on: dt.date | None = strawberry.field(default=None, description="The last day, included.")
    idempotency_key: str | None = None


@strawberry.input(description="The paid place to be left.")
class PauseSponsorshipInput:
    id: strawberry.ID


@strawberry.input(description="The paid place to be taken again.")
class ResumeSponsorshipInput:
    id: strawberry.ID


def sponsorships_(
    info: Info,
    *,
    status: SponsorshipStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Sponsorship]]:
    """The paid places of the caller's partners with what they cost, newest first."""
    return queries.page_sponsorships(
        visible=visible_sponsorships(info.context.viewer),
        window=Window(first, after, last, before),
        status=status,
        now=info.context.now,
    )


@answers(NotFound, Forbidden, InvalidInput, AlreadySponsored, SponsorshipLimit, IdempotencyConflict)
async def create_sponsorship(info: Info, input: CreateSponsorshipInput) -> models.Sponsorship:
    """Pay for a package's place beside what is found; it is labelled, and changes nobody's score."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await sponsorships.create_sponsorship(
            uow,
            context.viewer,
            package_id=local_id("Package", input.package_id),
            charged_by=input.charged_by,
            price=input.price,
            daily_budget=input.daily_budget,
            daily_cap=input.daily_cap,
            starts_on=input.starts_on or context.now.date(),
            ends_on=input.ends_on,
            idempotency=context.idempotency(
                input.idempotency_key, "create_sponsorship", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden)
async def pause_sponsorship(info: Info, input: PauseSponsorshipInput) -> models.Sponsorship:
    """Leave a paid place; what was shown before may still be charged."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await sponsorships.pause_sponsorship(
            uow, context.viewer, sponsorship_id=local_id("Sponsorship", input.id), now=context.now
        )


@answers(NotFound, Forbidden, AlreadySponsored, SponsorshipLimit)
async def resume_sponsorship(info: Info, input: ResumeSponsorshipInput) -> models.Sponsorship:
    """Take a paid place again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await sponsorships.resume_sponsorship(
            uow, context.viewer, sponsorship_id=local_id("Sponsorship", input.id), now=context.now
        )
