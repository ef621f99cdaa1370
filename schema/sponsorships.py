"""Paid places in search, and what was seen of them and of all else."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import sponsorships
from domain.environments import Environment
from domain.sponsorships import ChargedBy, SponsorshipStatus
from permissions.viewer import Scope
from resolvers import interest as resolve_interest
from resolvers import sponsorships as resolve
from schema.connections import Connection
from schema.money import Money, amount_of
from schema.nodes import Node
from schema.packages import Package
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    RateLimited,
    Refusal,
    refuses,
)
from schema.sources import related, represents, resolved_by


@refuses(sponsorships.AlreadySponsored)
class AlreadySponsored(Refusal):
    package_id: str


@refuses(sponsorships.SponsorshipLimit)
class SponsorshipLimit(Refusal):
    max: int


@strawberry.type(description="A package's paid place beside what is found.")
class Sponsorship(Node):
    is_type_of = represents(models.Sponsorship)

    environment: Environment
    package: Package | None = related(models.Sponsorship.package)
    charged_by: ChargedBy
    price: Money = amount_of("price_minor")
    daily_budget: Money = amount_of("daily_budget_minor")
    daily_cap: int = strawberry.field(description="How often one viewer sees it there a day.")
    starts_on: dt.date
    ends_on: dt.date | None = strawberry.field(description="The last day, included.")
    status: SponsorshipStatus
    spent_today: Money = amount_of("spent_today")
    spent: Money = amount_of("total_minor")
    created_at: dt.datetime


@strawberry.type(description="How many views or clicks will be counted, unless they were already.")
class RecordedInterest:
    is_type_of = represents(resolve_interest.RecordedInterest)

    recorded: int


CreateSponsorshipPayload = Annotated[
    Sponsorship
    | NotFound
    | Forbidden
    | InvalidInput
    | AlreadySponsored
    | SponsorshipLimit
    | IdempotencyConflict,
    strawberry.union("CreateSponsorshipPayload"),
]
PauseSponsorshipPayload = Annotated[
    Sponsorship | NotFound | Forbidden, strawberry.union("PauseSponsorshipPayload")
]
ResumeSponsorshipPayload = Annotated[
    Sponsorship | NotFound | Forbidden | AlreadySponsored | SponsorshipLimit,
    strawberry.union("ResumeSponsorshipPayload"),
]
RecordInterestPayload = Annotated[
    RecordedInterest | InvalidInput | RateLimited, strawberry.union("RecordInterestPayload")
]


@strawberry.type
class SponsorshipQuery:
    sponsorships: Connection[Sponsorship] = resolved_by(resolve.sponsorships_, scope=Scope.MANAGE_PROMOTIONS)


@strawberry.type
class SponsorshipMutation:
    create_sponsorship: CreateSponsorshipPayload = resolved_by(
        resolve.create_sponsorship, scope=Scope.MANAGE_PROMOTIONS
    )
    pause_sponsorship: PauseSponsorshipPayload = resolved_by(
        resolve.pause_sponsorship, scope=Scope.MANAGE_PROMOTIONS
    )
    resume_sponsorship: ResumeSponsorshipPayload = resolved_by(
        resolve.resume_sponsorship, scope=Scope.MANAGE_PROMOTIONS
    )
    record_interest: RecordInterestPayload = resolved_by(resolve_interest.record_interest)
