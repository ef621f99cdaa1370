"""Which partners fit a contractor: judged by rules, or by whatever has proved to be better."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries import matching as queries
from domain import matching, predictions
from domain.learning import Features
from domain.matching import RULES, MatchFactor, MatchReason, Offer, Seeker
from domain.predictions import Versions


@dataclass(frozen=True, slots=True)
class Match:
    """A partner that fits a contractor: how well, from 0 to 100, and why."""

    partner: models.Partner
    profile: models.IntroductionProfile
    score: Decimal
    reasons: tuple[MatchReason, ...]
    scorer: str
    """Which rules or model judged."""


async def matches_for(
    session: AsyncSession,
    contractor: models.Contractor,
    *,
    versions: Versions,
    most: int,
    now: dt.datetime,
) -> list[Match]:
    """Return the partners that can be introduced to a contractor, the best first, `most` at most. One statement.

    Not those with which it has an open introduction. `versions` are those that speak; without any, rules rank.
    """
    scorer = predictions.scorer_for(versions, contractor.id)
    candidates = await queries.candidates_for(session, contractor)
    rows = {profile.partner_id: (profile, partner) for profile, partner, _ in candidates}
    offers = [offer_of(profile, partner, taken) for profile, partner, taken in candidates]
    ranked = matching.rank(seeker_of(contractor), offers, scorer=scorer, on=now.date(), most=most)
    return [
        Match(
            partner=rows[offer.partner_id][1],
            profile=rows[offer.partner_id][0],
            score=judged.points,
            reasons=judged.reasons,
            scorer=scorer.name,
        )
        for offer, judged in ranked
    ]


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one partner fits a contractor, by who ranks for it and by the rules; and what was known of the two."""

    score: Decimal
    rule_score: Decimal
    scorer: str
    is_learned: bool
    features: Features
    versions: Versions


def judge(
    contractor: models.Contractor,
    profile: models.IntroductionProfile,
    partner: models.Partner,
    *,
    taken: int,
    versions: Versions,
    now: dt.datetime,
) -> Judged:
    """Judge how well one partner fits a contractor, with all that was known."""
    scorer = predictions.scorer_for(versions, contractor.id)
    seeker, offer, on = seeker_of(contractor), offer_of(profile, partner, taken), now.date()
    return Judged(
        score=scorer.score(seeker, offer, on=on).points,
        rule_score=RULES.score(seeker, offer, on=on).points,
        scorer=scorer.name,
        is_learned=scorer is not RULES,
        features=predictions.features_of(predictions.known_of(seeker, offer, on=on)),
        versions=versions,
    )


def speaking_for(
    contractor: models.Contractor,
    profile: models.IntroductionProfile,
    partner: models.Partner,
    *,
    now: dt.datetime,
) -> list[MatchFactor]:
    """Return what the two may be told of why they were brought together: what fits, by the rules, whoever ranked."""
    # How many others the partner has is nothing to tell them.
    offer = offer_of(profile, partner, taken=0)
    found = matching.telling(RULES.score(seeker_of(contractor), offer, on=now.date()).reasons)
    return [each for each in found if each is not MatchFactor.CAPACITY]


def seeker_of(contractor: models.Contractor) -> Seeker:
    """Return what of a contractor decides."""
    return Seeker(
        industry=contractor.industry,
        region=contractor.region,
        needs=tuple(contractor.needs),
        languages=tuple(contractor.languages),
        time_zone=contractor.time_zone,
        hours=contractor.preferred_hours,
        size=contractor.size,
    )


def offer_of(profile: models.IntroductionProfile, partner: models.Partner, taken: int) -> Offer:
    """Return what of a partner decides; regions and languages are the partner's where its profile names none."""
    return Offer(
        partner_id=profile.partner_id,
        industries=frozenset(profile.industries),
        regions=frozenset(profile.regions or partner.regions),
        needs=frozenset(profile.needs),
        languages=frozenset(profile.languages or partner.languages),
        time_zone=profile.time_zone,
        capacity=profile.capacity,
        taken=taken,
        is_accepting=profile.is_accepting,
        response_score=_number(profile.response_time_score),
        booking_score=_number(profile.overall_booking_score),
        show_score=_number(profile.show_rate_score),
        conversion_score=_number(profile.booking_conversion_score),
        success_score=_number(profile.outcome_success_score),
    )


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)
