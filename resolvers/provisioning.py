"""Going live, pausing and resuming: what a partner does alone."""

import strawberry

from db import models
from domain.errors import Forbidden, NotFound
from domain.ids import local_id
from domain.onboarding import NotLive, NotReadyToGoLive
from resolvers.context import Info
from resolvers.refusals import answers
from services import provisioning


@strawberry.input(description="The partner that wants to sell.")
class RequestGoLiveInput:
    partner_id: strawberry.ID


@strawberry.input(description="The partner whose sales are to rest.")
class PausePartnerInput:
    partner_id: strawberry.ID


@strawberry.input(description="The partner that sells again.")
class ResumePartnerInput:
    partner_id: strawberry.ID


@answers(NotFound, Forbidden, NotReadyToGoLive)
async def request_go_live(info: Info, input: RequestGoLiveInput) -> models.OnboardingCase:
    """Ask for the LIVE environment, which is then made by itself in seconds."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await provisioning.request_go_live(
            uow, context.viewer, partner_id=local_id("Partner", input.partner_id), now=context.now
        )


@answers(NotFound, Forbidden, NotLive)
async def pause_partner(info: Info, input: PausePartnerInput) -> models.OnboardingCase:
    """Stop new holds in LIVE: the partner's own, and everybody's of its packages. What is held and sold goes on."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await provisioning.pause_partner(
            uow, context.viewer, partner_id=local_id("Partner", input.partner_id), now=context.now
        )


@answers(NotFound, Forbidden)
async def resume_partner(info: Info, input: ResumePartnerInput) -> models.OnboardingCase:
    """Let a paused partner sell again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await provisioning.resume_partner(
            uow, context.viewer, partner_id=local_id("Partner", input.partner_id), now=context.now
        )
