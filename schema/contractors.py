"""Contractors, and the partners that fit them."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from domain import contractors
from domain import matching as rules
from domain.contractors import ContractorSize, Weekday
from domain.matching import MatchFactor
from permissions.viewer import Scope
from resolvers import contractors as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    StaleVersion,
    refuses,
)
from schema.sources import represents, resolved_by
from services import matching

if TYPE_CHECKING:
    from schema.introductions import Introduction


@refuses(contractors.ContractorLimit)
class ContractorLimit(Refusal):
    max: int


@strawberry.type(description="A company that looks for partners.")
class Contractor(Node):
    is_type_of = represents(models.Contractor)

    name: str = strawberry.field(description="The company's; `erased` when it was forgotten.")
    contact_name: str | None = strawberry.field(description="Null when it was forgotten.")
    contact_email: str | None = strawberry.field(description="Null when it was forgotten.")
    industry: str = strawberry.field(description="A code: `TRAVEL_AGENCY`.")
    region: str = strawberry.field(description="ISO 3166: `IT`, `IT-25`.")
    size: ContractorSize
    needs: list[str] = strawberry.field(description="Codes: `HOTELS`.")
    languages: list[str] = strawberry.field(description="BCP-47, the one it speaks best at the front.")
    locale: str = strawberry.field(description="The language it is written to in.")
    time_zone: str = strawberry.field(description="Of the IANA database.")
    preferred_from_hour: int = strawberry.field(
        description="On its own clock; with the next: when it likes demos."
    )
    preferred_to_hour: int = strawberry.field(description="24 is the end of the day.")
    preferred_days: list[Weekday]
    introductions: Connection[Annotated["Introduction", strawberry.lazy("schema.introductions")]] = (
        resolved_by(resolve.introductions)
    )
    version: int = strawberry.field(description="Counts the changes.")
    created_at: dt.datetime
    updated_at: dt.datetime
    erased_at: dt.datetime | None = strawberry.field(
        description="When it was forgotten; null while it is not."
    )


@strawberry.type(description="What one factor adds to a match's score.")
class MatchReason:
    is_type_of = represents(rules.MatchReason)

    factor: MatchFactor
    points: Decimal = strawberry.field(
        description="By rules at most `weight`; what was learned may take points away."
    )
    weight: int | None = strawberry.field(description="Null for what was learned: there is no bound.")
    is_known: bool = strawberry.field(
        description="False where there was nothing to go by: taken for half of what could be."
    )


@strawberry.type(description="A partner that fits a contractor.")
class Match:
    is_type_of = represents(matching.Match)

    partner: Partner
    score: Decimal = strawberry.field(description="The sum of its reasons: from 0 to 100.")
    reasons: list[MatchReason] = strawberry.field(description="What says most at the front.")
    scorer: str = strawberry.field(description="Which rules or model judged.")


RegisterContractorPayload = Annotated[
    Contractor | Forbidden | InvalidInput | ContractorLimit | IdempotencyConflict,
    strawberry.union("RegisterContractorPayload"),
]
UpdateContractorPayload = Annotated[
    Contractor | NotFound | InvalidInput | StaleVersion, strawberry.union("UpdateContractorPayload")
]
EraseContractorPayload = Annotated[Contractor | NotFound, strawberry.union("EraseContractorPayload")]


@strawberry.type
class ContractorQuery:
    contractor: Contractor | None = resolved_by(resolve.contractor, scope=Scope.REGISTER)
    contractors: Connection[Contractor] = resolved_by(resolve.contractors_, scope=Scope.REGISTER)
    matches: list[Match] | None = resolved_by(resolve.matches, scope=Scope.REGISTER)


@strawberry.type
class ContractorMutation:
    register_contractor: RegisterContractorPayload = resolved_by(
        resolve.register_contractor, scope=Scope.REGISTER
    )
    update_contractor: UpdateContractorPayload = resolved_by(resolve.update_contractor, scope=Scope.REGISTER)
    erase_contractor: EraseContractorPayload = resolved_by(resolve.erase_contractor, scope=Scope.REGISTER)
