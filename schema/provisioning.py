"""Going live as the graph shows it."""

from typing import Annotated

import strawberry

from domain import onboarding
from domain.onboarding import BlockerCode
from permissions.viewer import Scope
from resolvers import provisioning as resolve
from schema.onboarding import OnboardingCase
from schema.refusals import Forbidden, NotFound, Refusal, refuses
from schema.sources import resolved_by


@refuses(onboarding.NotReadyToGoLive)
class NotReadyToGoLive(Refusal):
    blockers: list[BlockerCode]


@refuses(onboarding.NotLive)
class NotLive(Refusal):
    pass


RequestGoLivePayload = Annotated[
    OnboardingCase | NotFound | Forbidden | NotReadyToGoLive, strawberry.union("RequestGoLivePayload")
]
PausePartnerPayload = Annotated[
    OnboardingCase | NotFound | Forbidden | NotLive, strawberry.union("PausePartnerPayload")
]
ResumePartnerPayload = Annotated[
    OnboardingCase | NotFound | Forbidden, strawberry.union("ResumePartnerPayload")
]


@strawberry.type
class ProvisioningMutation:
    request_go_live: RequestGoLivePayload = resolved_by(resolve.request_go_live, scope=Scope.MANAGE_PARTNER)
    pause_partner: PausePartnerPayload = resolved_by(resolve.pause_partner, scope=Scope.MANAGE_PARTNER)
    resume_partner: ResumePartnerPayload = resolved_by(resolve.resume_partner, scope=Scope.MANAGE_PARTNER)
