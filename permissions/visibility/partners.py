"""Whose people, invitations and cases of onboarding a caller may see; they are of no environment."""

from sqlalchemy import ColumnElement, or_, true

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, of_own_partners, refers, rule, there_is


@rule
def visible_members(viewer: Viewer) -> ColumnElement[bool]:
    """The teams of one's own partners."""
    return of_own_partners(viewer, models.PartnerMember.partner_id, Scope.READ_PARTNER)


@rule
def visible_users(viewer: Viewer) -> ColumnElement[bool]:
    """The people of one's own partners, and the account managers who look after these."""
    if not viewer.may(Scope.READ_PARTNER):
        return NOTHING
    if viewer.may_everywhere(Scope.READ_PARTNER):
        return true()
    own = viewer.partners_with(Scope.READ_PARTNER)
    member, case = models.PartnerMember, models.OnboardingCase
    return or_(
        there_is(member.user_id == models.User.id, member.partner_id.in_(own), outer=models.User),
        there_is(case.account_manager_id == models.User.id, case.partner_id.in_(own), outer=models.User),
    )


@rule
def visible_invitations(viewer: Viewer) -> ColumnElement[bool]:
    """The invitations of partners whose team one manages: they tell addresses of people who are not there yet."""
    return of_own_partners(viewer, models.Invitation.partner_id, Scope.MANAGE_TEAM)


@rule
def visible_onboarding_cases(viewer: Viewer) -> ColumnElement[bool]:
    """The cases of one's own partners."""
    return of_own_partners(viewer, models.OnboardingCase.partner_id, Scope.READ_PARTNER)


@rule
def visible_stage_visits(viewer: Viewer) -> ColumnElement[bool]:
    """Where the cases one may see have been."""
    return refers(models.StageVisit.case_id, models.OnboardingCase.id, visible_onboarding_cases(viewer))


@rule
def visible_satisfaction_answers(viewer: Viewer) -> ColumnElement[bool]:
    """What the people of partners one manages answered."""
    return of_own_partners(viewer, models.SatisfactionAnswer.partner_id, Scope.MANAGE_PARTNER)
