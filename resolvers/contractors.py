"""Contractors: coming in, changing, being erased; and the partners that fit them."""

from collections.abc import Sequence
from typing import Any

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import contractors as queries
from db.queries import introductions as introduction_queries
from db.queries import matching as matching_queries
from db.questions import Asked
from db.rows import One
from domain.contractors import ContractorLimit, ContractorSize, Hours, Weekday
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound, Refused
from domain.ids import local_id
from domain.matching import MOST_MATCHES
from domain.partners import StaleVersion
from permissions.visibility import (
    own_contractors,
    visible_contractors,
    visible_introductions,
)
from resolvers.context import Info
from resolvers.refusals import answers
from services import contractors, matching
from services.contractors import ContractorFacts
from services.matching import Match
from services.ports import Guessed

CODES = "Codes in capitals: `HOTELS`; at most 50."


@strawberry.input(description="A part of the day, on the contractor's own clock.")
class PreferredHoursInput:
    from_: int = strawberry.field(name="from", description="The hour it begins: 0 to 23.")
    to: int = strawberry.field(description="The hour it ends: 1 to 24.")


@strawberry.input(description="A company that looks for partners.")
class RegisterContractorInput:
    name: str = strawberry.field(description="The company's.")
    industry: str = strawberry.field(description="A code in capitals: `TRAVEL_AGENCY`.")
    region: str = strawberry.field(description="ISO 3166: `IT`, `IT-25`.")
    size: ContractorSize
    languages: list[str] = strawberry.field(description="BCP-47, the one it speaks best at the front.")
    time_zone: str = strawberry.field(description="Of the IANA database: `Europe/Rome`.")
    needs: list[str] = strawberry.field(default_factory=list, description=CODES)
    locale: str = strawberry.field(default="en", description="The language it is written to in.")
    contact_name: str | None = strawberry.field(
        default=None, description="Whom partners talk to; left out: the caller. Staff names one."
    )
    contact_email: str | None = strawberry.field(default=None, description="As for the name.")
    preferred_hours: PreferredHoursInput = strawberry.field(
        default_factory=lambda: PreferredHoursInput(from_=9, to=17), description="When it likes demos."
    )
    preferred_days: list[Weekday] = strawberry.field(
        default_factory=lambda: list(Weekday)[:5], description="Left out: from Monday to Friday."
    )
    idempotency_key: str | None = None


@strawberry.input(description="What changes of a contractor; what is left out stays.")
class UpdateContractorInput:
    id: strawberry.ID
    version: int = strawberry.field(description="The version the change was made for.")
    name: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    industry: str | None = None
    region: str | None = None
    size: ContractorSize | None = None
    needs: list[str] | None = strawberry.field(default=None, description=CODES)
    languages: list[str] | None = None
    locale: str | None = None
    time_zone: str | None = None
    preferred_hours: PreferredHoursInput | None = None
    preferred_days: list[Weekday] | None = None


@strawberry.input(description="The contractor to forget.")
class EraseContractorInput:
    id: strawberry.ID


def contractor(info: Info, id: strawberry.ID) -> Asked[One[models.Contractor]] | None:
    """One contractor; null where there is none, or none the caller may see."""
    uuid = local_id("Contractor", id)
    if uuid is None:
        return None
    return queries.contractor_by_id(uuid, visible=visible_contractors(info.context.viewer))


def contractors_(
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Contractor]]:
    """The contractors the caller speaks for, the newest first; the platform's staff speaks for all."""
    return queries.page_contractors(
        visible=own_contractors(info.context.viewer), window=Window(first, after, last, before)
    )


def introductions(
    root: strawberry.Parent[models.Contractor],
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Introduction]]:
    """The introductions of this contractor that the caller may see, the newest first."""
    return introduction_queries.page_of_contractor(
        visible=visible_introductions(info.context.viewer),
        window=Window(first, after, last, before),
        contractor_id=root.id,
    )


async def matches(info: Info, contractor_id: strawberry.ID, first: int = 10) -> Sequence[Match] | None:
    """The partners that fit a contractor, the best first, at most 50, each with the reasons of its score.

    Only partners that take introductions, have a place left, share a language, and have none open with it. Null for
    a contractor the caller does not speak for.
    """
    if not 1 <= first <= MOST_MATCHES:
        raise Refused(InvalidInput("first", f"must be from 1 to {MOST_MATCHES}"))
    context, uuid = info.context, local_id("Contractor", contractor_id)
    await context.guard.guess(context.viewer, Guessed.SEARCH)
    if uuid is None:
        return None
    async with context.sessions.read() as session:
        found = await matching_queries.seeker_by_id(session, uuid, visible=own_contractors(context.viewer))
        if found is None:
            return None
        contractor, versions = found
        return await matching.matches_for(session, contractor, versions=versions, most=first, now=context.now)


@answers(Forbidden, InvalidInput, ContractorLimit, IdempotencyConflict)
async def register_contractor(info: Info, input: RegisterContractorInput) -> models.Contractor:
    """Make a contractor of the caller's; staff makes one for somebody who does not come by itself."""
    context = info.context
    facts = ContractorFacts(
        name=input.name,
        contact_name=input.contact_name,
        contact_email=input.contact_email,
        industry=input.industry,
        region=input.region,
        size=input.size,
        needs=input.needs,
        languages=input.languages,
        locale=input.locale,
        time_zone=input.time_zone,
        preferred_hours=Hours(input.preferred_hours.from_, input.preferred_hours.to),
        preferred_days=input.preferred_days,
    )
    async with context.unit_of_work() as uow:
        return await contractors.register_contractor(
            uow,
            context.viewer,
            facts,
            idempotency=context.idempotency(
                input.idempotency_key, "register_contractor", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, InvalidInput, StaleVersion)
async def update_contractor(info: Info, input: UpdateContractorInput) -> models.Contractor:
    """Change a contractor; a change made for another version is refused."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await contractors.update_contractor(
            uow,
            context.viewer,
            contractor_id=local_id("Contractor", input.id),
            version=input.version,
            changes=_changes(input),
            now=context.now,
        )


@answers(NotFound)
async def erase_contractor(info: Info, input: EraseContractorInput) -> models.Contractor:
    """Forget whoever stands behind a contractor, and cancel what is open; it can not be undone."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await contractors.erase_contractor(
            uow, context.viewer, contractor_id=local_id("Contractor", input.id), now=context.now
        )


def _changes(input: UpdateContractorInput) -> dict[str, Any]:
    hours = input.preferred_hours
    given = {
        "name": input.name,
        "contact_name": input.contact_name,
        "contact_email": input.contact_email,
        "industry": input.industry,
        "region": input.region,
        "size": input.size,
        "needs": input.needs,
        "languages": input.languages,
        "locale": input.locale,
        "time_zone": input.time_zone,
        "preferred_hours": None if hours is None else Hours(hours.from_, hours.to),
        "preferred_days": input.preferred_days,
    }
    return {name: value for name, value in given.items() if value is not None}
