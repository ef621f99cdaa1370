"""Whoever is to find a time for a demo is asked, asked once more, and in the end the staff is told (ADR 42)."""

import datetime as dt

from db import models
from db.queries import turns as queries
from db.unit_of_work import UnitOfWork
from domain import turns
from domain.envelopes import MailParty
from domain.interventions import InterventionKind
from domain.scheduling import SlotSide
from services import interventions, introduction_mail

PARTIES = {SlotSide.PARTNER: MailParty.PARTNER, SlotSide.CONTRACTOR: MailParty.CONTRACTOR}


async def ask(
    uow: UnitOfWork,
    introduction: models.Introduction,
    *,
    proposed_by: SlotSide,
    round_: int,
    now: dt.datetime,
) -> bool:
    """Tell the other side of a locked introduction that times were proposed, once a round."""
    turn = turns.turn_of(introduction.stage, proposed_by, now)
    return await introduction_mail.tell_of_turn(
        uow, introduction, PARTIES[turn.side], turn.word, key=f"asked:{round_}", now=now
    )


async def chase(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Ask once more whoever let a day pass, tell the staff of who let three pass; return how many introductions.

    Locks the introductions until commit.
    """
    waiting = await queries.lock_waiting(uow.session, now=now, limit=limit)
    for each in waiting:
        turn = turns.turn_of(each.introduction.stage, each.proposed_by, each.since)
        if turn.is_reminder_due(now):
            key = f"turn:{int(turn.since.timestamp())}"
            party = PARTIES[turn.side]
            await introduction_mail.tell_of_turn(uow, each.introduction, party, turn.word, key=key, now=now)
        if turn.is_staff_due(now):
            await interventions.open_intervention(
                uow, each.introduction, InterventionKind.OVERDUE, reason=turn.reason(now), now=now
            )
    return len(waiting)
