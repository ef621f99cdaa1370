"""What partners ask the platform; of no environment."""

from sqlalchemy import ColumnElement, and_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, refers, rule


@rule
def visible_support_threads(viewer: Viewer) -> ColumnElement[bool]:
    """The threads of one's own partners; the platform's staff sees every one."""
    return of_own_partners(viewer, models.SupportThread.partner_id, Scope.ASK_SUPPORT)


@rule
def visible_support_messages(viewer: Viewer) -> ColumnElement[bool]:
    """What was written in threads one may see."""
    return refers(models.SupportMessage.thread_id, models.SupportThread.id, visible_support_threads(viewer))


@rule
def visible_support_attachments(viewer: Viewer) -> ColumnElement[bool]:
    """The files of messages one may see."""
    return refers(
        models.SupportAttachment.message_id, models.SupportMessage.id, visible_support_messages(viewer)
    )


@rule
def visible_support_reads(viewer: Viewer) -> ColumnElement[bool]:
    """How far oneself has read; the platform's staff sees it of everybody."""
    threads = refers(models.SupportRead.thread_id, models.SupportThread.id, visible_support_threads(viewer))
    if viewer.may_everywhere(Scope.ASK_SUPPORT):
        return threads
    return and_(models.SupportRead.reader == viewer.id, threads)
