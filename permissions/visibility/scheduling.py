"""Whose proposed times, arranged demos and follow-ups a caller may see: those of introductions it sees."""

from sqlalchemy import ColumnElement

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.introductions import visible_introductions
from permissions.visibility.minting import of_own_partners, refers, rule


@rule
def visible_demo_slots(viewer: Viewer) -> ColumnElement[bool]:
    """What was proposed in introductions one may see."""
    return refers(models.DemoSlot.introduction_id, models.Introduction.id, visible_introductions(viewer))


@rule
def visible_demo_arrangements(viewer: Viewer) -> ColumnElement[bool]:
    """The demos of introductions one may see, with the door of their room."""
    return refers(
        models.DemoArrangement.introduction_id, models.Introduction.id, visible_introductions(viewer)
    )


@rule
def visible_follow_ups(viewer: Viewer) -> ColumnElement[bool]:
    """How introductions were followed up; a contractor need not know who was reminded, and when."""
    return refers(
        models.IntroductionFollowUp.introduction_id,
        models.Introduction.id,
        of_own_partners(viewer, models.Introduction.partner_id, Scope.READ_INTRODUCTIONS),
    )


@rule
def visible_meeting_hours(viewer: Viewer) -> ColumnElement[bool]:
    """Those of one's own partners."""
    return of_own_partners(viewer, models.MeetingHours.partner_id, Scope.READ_INTRODUCTIONS)
