"""Contractors, introduction profiles, introductions at any stage, and what of them needs a human."""

import datetime as dt
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.confidence import Factor
from domain.contractors import ContractorSize
from domain.envelopes import MailParty
from domain.ids import global_id
from domain.interventions import InterventionKind
from domain.introduction_mail import MailEventKind, MessageAuthor
from domain.introductions import STATUS_OF, IntroductionRole, IntroductionStage
from domain.mail import MailTemplate
from domain.outcomes import FeedbackSide
from permissions.viewer import SIGNED_IN, SignedIn, Viewer
from tests.factories.times import NOW
from tests.factories.viewers import CARLA_ID
from tests.factories.world import World

REACHED = {
    IntroductionStage.INTRODUCED: "introduction_sent_at",
    IntroductionStage.RESPONDED: "partner_responded_at",
    IntroductionStage.TIMES_PROPOSED: "times_proposed_at",
    IntroductionStage.CONFIRMED: "booking_confirmed_at",
    IntroductionStage.HELD: "held_at",
    IntroductionStage.CLOSED: "closed_at",
}
"""In the order in which they are come to."""


async def make_user(session: AsyncSession, **facts: Any) -> models.User:
    """A person with an account."""
    user = models.User(
        **{
            "id": new_id(),
            "issuer": "https://issuer.example",
            "subject": str(new_id()),
            "email": "carla@contractor.example",
            "name": "Carla Contractor",
            "platform_roles": [],
            "created_at": NOW,
            **facts,
        }
    )
    session.add(user)
    await session.flush()
    return user


def signed_in_as(user: models.User) -> Viewer:
    """A person with an account and no partner: a contractor's own."""
    return Viewer(
        id=f"user:{user.id}",
        scopes=SIGNED_IN,
        user_id=user.id,
        signed_in=SignedIn(user.issuer, user.subject, user.email, user.name),
    )


async def make_contractor(session: AsyncSession, **facts: Any) -> models.Contractor:
    """A small agency in Lombardy that looks for hotels at the sea."""
    contractor = models.Contractor(
        **{
            "id": new_id(),
            "name": "Contractor & Co",
            "contact_name": "Carla Contractor",
            "contact_email": "carla@contractor.example",
            "industry": "TRAVEL_AGENCY",
            "region": "IT-25",
            "size": ContractorSize.SMALL,
            "needs": ["HOTELS", "TRANSFERS"],
            "languages": ["it", "en"],
            "locale": "it",
            "time_zone": "Europe/Rome",
            "preferred_from_hour": 9,
            "preferred_to_hour": 17,
            "preferred_days": ["MONDAY", "TUESDAY", "WEDNESDAY"],
            "created_at": NOW,
            "updated_at": NOW,
            **facts,
        }
    )
    session.add(contractor)
    await session.flush()
    return contractor


async def make_profile(
    session: AsyncSession, partner: models.Partner, **facts: Any
) -> models.IntroductionProfile:
    """What makes a partner one that is introduced."""
    profile = models.IntroductionProfile(
        **{
            "partner_id": partner.id,
            "subdomain": f"p-{partner.id.hex[-12:]}",
            "intro_email": "intro@partner.example",
            "industries": ["TRAVEL_AGENCY"],
            "regions": ["IT"],
            "languages": ["en", "it"],
            "needs": ["HOTELS", "TRANSFERS"],
            "time_zone": "Europe/Rome",
            "capacity": 10,
            "preferred_demo_duration": 30,
            "is_accepting": True,
            "created_at": NOW,
            "updated_at": NOW,
            **facts,
        }
    )
    session.add(profile)
    await session.flush()
    return profile


async def make_introduction(
    session: AsyncSession,
    partner: models.Partner,
    contractor: models.Contractor,
    *,
    stage: IntroductionStage = IntroductionStage.INTRODUCED,
    at: dt.datetime = NOW,
    **facts: Any,
) -> models.Introduction:
    """An introduction of a partner that has a profile, at a stage it came to at `at`, by all before it."""
    introduction = models.Introduction(
        **{
            "id": new_id(),
            "contractor_id": contractor.id,
            "partner_id": partner.id,
            "match_score": 80,
            "stage": stage,
            "status": STATUS_OF[stage],
            "reply_token": new_id().hex,
            "created_at": at,
            "updated_at": at,
            **_times(stage, at),
            **facts,
        }
    )
    session.add(introduction)
    await session.flush()
    session.add(
        models.IntroductionTransition(
            introduction_id=introduction.id,
            sequence=1,
            from_stage=None,
            to_stage=stage,
            actor="user:vera",
            role=IntroductionRole.ADMIN,
            at=at,
        )
    )
    await session.flush()
    return introduction


def _times(stage: IntroductionStage, at: dt.datetime) -> dict[str, Any]:
    if stage is IntroductionStage.CANCELLED:
        return {"introduction_sent_at": at, "cancelled_at": at, "cancelled_by": "user:vera"}
    reached = list(REACHED)[: list(REACHED).index(stage) + 1] if stage in REACHED else []
    times: dict[str, Any] = {REACHED[each]: at for each in reached}
    if IntroductionStage.CONFIRMED in reached:
        times |= {"scheduled_at": at + dt.timedelta(days=3), "duration_minutes": 30}
    return times


async def make_intervention(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.Intervention:
    """An introduction that waits for a human."""
    intervention = models.Intervention(
        **{
            "id": new_id(),
            "introduction_id": introduction.id,
            "kind": InterventionKind.OVERDUE,
            "reason": "No answer for 48 hours",
            "opened_at": NOW,
            **facts,
        }
    )
    session.add(intervention)
    await session.flush()
    return intervention


async def make_feedback(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.IntroductionFeedback:
    """What a contented contractor thought."""
    feedback = models.IntroductionFeedback(
        **{
            "id": new_id(),
            "introduction_id": introduction.id,
            "side": FeedbackSide.CONTRACTOR,
            "satisfaction": 5,
            "experience": 4,
            "partner_quality": 5,
            "likelihood": 9,
            "actor": "user:carla",
            "created_at": NOW,
            "updated_at": NOW,
            **facts,
        }
    )
    session.add(feedback)
    await session.flush()
    return feedback


async def make_message(
    session: AsyncSession, introduction: models.Introduction, author: str = "PARTNER"
) -> models.IntroductionMessage:
    """A mail that came in to its conversation."""
    message = models.IntroductionMessage(
        id=new_id(),
        introduction_id=introduction.id,
        message_id=f"<{new_id().hex}@partner.example>",
        author=MessageAuthor(author),
        sender="mallory@evil.example" if author == "STRANGER" else None,
        text="Gladly.",
        is_response=False,
        received_at=NOW,
    )
    session.add(message)
    await session.flush()
    return message


async def make_mail_event(
    session: AsyncSession, introduction: models.Introduction
) -> models.IntroductionMailEvent:
    """A mail of it that arrived."""
    event = models.IntroductionMailEvent(
        id=new_id(),
        provider_event_id=new_id().hex,
        introduction_id=introduction.id,
        template=MailTemplate.INTRODUCTION,
        party=MailParty.PARTNER,
        kind=MailEventKind.DELIVERED,
        detail="",
        happened_at=NOW,
        received_at=NOW,
    )
    session.add(event)
    await session.flush()
    return event


async def make_partner_message(
    session: AsyncSession, partner: models.Partner, **facts: Any
) -> models.PartnerMessage:
    """What somebody wrote to a partner's address."""
    message = models.PartnerMessage(
        **{
            "id": new_id(),
            "partner_id": partner.id,
            "message_id": f"<{new_id().hex}@passer-by.example>",
            "sender": "peter@passer-by.example",
            "subject": "A group of forty",
            "text": "Do you take groups?",
            "is_forged": False,
            "is_forwarded": True,
            "received_at": NOW,
            **facts,
        }
    )
    session.add(message)
    await session.flush()
    return message


async def make_score(
    session: AsyncSession, partner: models.Partner, factor: Factor | None = None, **facts: Any
) -> models.ConfidenceScore:
    """What a partner was worth from NOW on: of all together, or of one factor."""
    score = models.ConfidenceScore(
        **{
            "id": new_id(),
            "partner_id": partner.id,
            "factor": factor,
            "score": 90,
            "measured": None if factor is None else 4,
            "observations": 1,
            "is_provisional": factor is None,
            "at": NOW,
            **facts,
        }
    )
    session.add(score)
    await session.flush()
    return score


async def make_introduction_scene(session: AsyncSession, world: World) -> dict[str, str]:
    """Four introductions of the reseller to contractors of Carla's: sent, confirmed, held, and one that is a draft still; public ids by what they are of."""
    reseller = await session.get_one(models.Partner, world.reseller.id)
    await make_profile(session, reseller)
    await make_profile(session, await session.get_one(models.Partner, world.operator.id))
    carla = await make_user(session, id=CARLA_ID)
    contractor, other, third, fourth = [await make_contractor(session, user_id=carla.id) for _ in range(4)]
    introduction = await make_introduction(session, reseller, contractor)
    confirmed = await make_introduction(session, reseller, other, stage=IntroductionStage.CONFIRMED)
    draft = await make_introduction(session, reseller, third, stage=IntroductionStage.DRAFT)
    intervention = await make_intervention(session, introduction)
    held = await make_introduction(session, reseller, fourth, stage=IntroductionStage.HELD)
    feedback = await make_feedback(session, introduction)
    message, _ = [await make_message(session, introduction, author) for author in ("PARTNER", "STRANGER")]
    event = await make_mail_event(session, introduction)
    await make_partner_message(session, reseller)
    for factor in (Factor.RESPONSE_TIME, None):
        await make_score(session, reseller, factor, introduction_id=introduction.id)
    return {
        "introduction_message": global_id("IntroductionMessage", message.id),
        "introduction_mail_event": global_id("IntroductionMailEvent", event.id),
        "contractor": global_id("Contractor", contractor.id),
        "unintroduced": global_id("Contractor", third.id),
        "introduction": global_id("Introduction", introduction.id),
        "confirmed_introduction": global_id("Introduction", confirmed.id),
        "draft_introduction": global_id("Introduction", draft.id),
        "intervention": global_id("Intervention", intervention.id),
        "held_introduction": global_id("Introduction", held.id),
        "introduction_feedback": global_id("IntroductionFeedback", feedback.id),
    }
