"""Whose contractors and introductions a caller may see; they are of no environment.

Three look at an introduction: its contractor's person, the partner's people who talk to contractors, and the platform's
staff. A partner hears nothing of a contractor before it is introduced.
"""

from sqlalchemy import ColumnElement, and_, or_, true

from db import models
from domain.introduction_mail import MessageAuthor
from domain.introductions import IntroductionStage
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, of_own_partners, refers, rule, there_is


@rule
def visible_introductions(viewer: Viewer) -> ColumnElement[bool]:
    """Those of one's own contractors, and those that one's own partners were introduced by."""
    introduction = models.Introduction
    if viewer.may_everywhere(Scope.READ_INTRODUCTIONS):
        return true()
    if viewer.is_anonymous:
        return NOTHING
    own = refers(introduction.contractor_id, models.Contractor.id, models.Contractor.user_id == viewer.person)
    if not viewer.may(Scope.READ_INTRODUCTIONS):
        return own
    sent = introduction.stage != IntroductionStage.DRAFT
    introduced = and_(introduction.partner_id.in_(viewer.partners_with(Scope.READ_INTRODUCTIONS)), sent)
    # What was cancelled before it was sent never came to the partner.
    told = or_(
        introduction.stage != IntroductionStage.CANCELLED, introduction.introduction_sent_at.is_not(None)
    )
    return or_(own, and_(introduced, told))


@rule
def own_contractors(viewer: Viewer) -> ColumnElement[bool]:
    """Those one speaks for; the platform's staff for every one."""
    if viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS):
        return true()
    if viewer.is_anonymous:
        return NOTHING
    return models.Contractor.user_id == viewer.person


@rule
def visible_contractors(viewer: Viewer) -> ColumnElement[bool]:
    """One's own, and those that one's own partners were introduced to."""
    if viewer.may_everywhere(Scope.READ_INTRODUCTIONS):
        return true()
    if viewer.is_anonymous:
        return NOTHING
    own = models.Contractor.user_id == viewer.person
    if not viewer.may(Scope.READ_INTRODUCTIONS):
        return own
    introduction = models.Introduction
    introduced = there_is(
        introduction.contractor_id == models.Contractor.id,
        introduction.partner_id.in_(viewer.partners_with(Scope.READ_INTRODUCTIONS)),
        introduction.introduction_sent_at.is_not(None),
        outer=models.Contractor,
    )
    return or_(own, introduced)


@rule
def visible_introduction_profiles(viewer: Viewer) -> ColumnElement[bool]:
    """Those of one's own partners."""
    return of_own_partners(viewer, models.IntroductionProfile.partner_id, Scope.READ_INTRODUCTIONS)


@rule
def visible_introduction_transitions(viewer: Viewer) -> ColumnElement[bool]:
    """The history of introductions one may see."""
    return refers(
        models.IntroductionTransition.introduction_id,
        models.Introduction.id,
        visible_introductions(viewer),
    )


@rule
def visible_interventions(viewer: Viewer) -> ColumnElement[bool]:
    """What needs a human is for the platform's staff alone."""
    return true() if viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS) else NOTHING


@rule
def visible_introduction_messages(viewer: Viewer) -> ColumnElement[bool]:
    """What the two wrote, to whoever sees the introduction; what strangers wrote, to the platform's staff."""
    message = models.IntroductionMessage
    seen = refers(message.introduction_id, models.Introduction.id, visible_introductions(viewer))
    if viewer.may_everywhere(Scope.READ_INTRODUCTIONS):
        return seen
    return and_(seen, message.author != MessageAuthor.STRANGER)


@rule
def visible_partner_messages(viewer: Viewer) -> ColumnElement[bool]:
    """What was written to one's own partners' addresses."""
    return of_own_partners(viewer, models.PartnerMessage.partner_id, Scope.READ_INTRODUCTIONS)


@rule
def visible_introduction_mail_events(viewer: Viewer) -> ColumnElement[bool]:
    """What became of mails is for the platform's staff alone: it tells whether somebody clicked."""
    return true() if viewer.may_everywhere(Scope.READ_INTRODUCTIONS) else NOTHING


@rule
def visible_confidence_scores(viewer: Viewer) -> ColumnElement[bool]:
    """How one's own partners came to their scores."""
    return of_own_partners(viewer, models.ConfidenceScore.partner_id, Scope.READ_INTRODUCTIONS)


@rule
def visible_introduction_feedback(viewer: Viewer) -> ColumnElement[bool]:
    """What was thought of introductions one may see."""
    return refers(
        models.IntroductionFeedback.introduction_id,
        models.Introduction.id,
        visible_introductions(viewer),
    )
