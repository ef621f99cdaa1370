"""The sample world: the products, prices, allotments, resellers and people of the first brief, and a bundle of three.

Loaded once into an empty database; the numbers are the brief's (S4-011 … S4-013, A-04).
"""

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.session import Sessions
from db.types import new_id
from db.unit_of_work import unit_of_work
from domain import api_keys
from domain.environments import Environment
from domain.onboarding import Stage
from domain.partners import PartnerType, VerificationStatus, slug_of
from permissions.viewer import RESELLER_KEY_SCOPES, SCOPES_OF, SIGNED_IN, Role, SignedIn, Viewer
from server.samples.introductions import CARLA, GINA, THEO, Sides, add_introductions
from server.samples.products import PRODUCTS, SAMPLE_ACTOR, add_product
from server.samples.weekend import Cast, add_weekend

DEVELOPMENT_ISSUER_PATH = "/identity"

RESELLERS = (("Harbour Travel", 1000, 10_000), ("Island Trips", 100, 1_000))
"""Name, calls a minute, cap of units on hold."""

OPERATOR = "Victoria Harbour Cruises"
CARRIER, HOTEL = "Pearl Island Ferries", "Hotel Kowloon View"
SUPPLIERS = {
    OPERATOR: PartnerType.TOUR_OPERATOR,
    CARRIER: PartnerType.TRANSPORT,
    HOTEL: PartnerType.HOTEL,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as; the address is also the subject at the development issuer."""

    email: str
    name: str
    role: Role | None
    """None for who is of no partner and not of the platform."""
    partner: str | None = None
    """None: the platform."""
    trade: str = ""
    """What somebody without a role is here for."""

    @property
    def shown_role(self) -> str:
        return self.role.value if self.role else self.trade


PEOPLE = (
    Person("admin@interline.example", "Ada Admin", Role.PLATFORM_ADMIN),
    Person("manager@interline.example", "Max Manager", Role.ACCOUNT_MANAGER),
    Person("analyst@interline.example", "Ann Analyst", Role.ANALYST),
    Person("owner@victoria.example", "Victor Owner", Role.OWNER, OPERATOR),
    Person("finance@victoria.example", "Fiona Finance", Role.FINANCE, OPERATOR),
    Person("readonly@victoria.example", "Rita Readonly", Role.READONLY, OPERATOR),
    Person("owner@pearl.example", "Paula Owner", Role.OWNER, CARRIER),
    Person("owner@kowloon.example", "Kim Owner", Role.OWNER, HOTEL),
    Person("owner@harbour.example", "Hanna Owner", Role.OWNER, RESELLERS[0][0]),
    Person("owner@island.example", "Ivan Owner", Role.OWNER, RESELLERS[1][0]),
    Person("bea@blog.example", "Bea Blogger", None, trade="AFFILIATE"),
    Person("carla@aurora.example", "Carla Contractor", None, trade="CONTRACTOR"),
    Person("theo@baltic.example", "Theo Contractor", None, trade="CONTRACTOR"),
    Person("gina@globe.example", "Gina Contractor", None, trade="CONTRACTOR"),
)


class ResellerCredential(TypedDict):
    name: str
    environment: str
    api_key: str


async def load(sessions: Sessions, *, issuer: str, pepper: bytes, keys_file: Path, now: dt.datetime) -> None:
    """Load the sample world once; `keys_file` keeps the sample keys' texts for the next start.

    A database that has partners already is left as it is. Killed in the middle, nothing is there,
    and the next start does it again: the keys are written first.
    """
    async with unit_of_work(sessions, lambda: None) as uow:
        if (await uow.session.scalars(select(models.Partner.id).limit(1))).first() is not None:
            await _follow_issuer(uow.session, issuer)
            return
        partners = _partners(uow.session, now)
        await uow.session.flush()
        users = _people(uow.session, partners, issuer, now)
        texts = _keys(uow.session, partners, pepper, now)
        await uow.session.flush()
        for environment in Environment:
            for product in PRODUCTS:
                await add_product(uow.session, product, environment, partners[OPERATOR], now)
            cast = Cast(
                platform=viewer_of(users["admin@interline.example"], None, environment),
                seller=viewer_of(users["owner@victoria.example"], partners[OPERATOR], environment),
                carrier=viewer_of(users["owner@pearl.example"], partners[CARRIER], environment),
                hotel=viewer_of(users["owner@kowloon.example"], partners[HOTEL], environment),
                affiliate=viewer_of(users["bea@blog.example"], None, environment),
            )
            await add_weekend(uow, cast, pepper=pepper, now=now)

        def owner(email: str, partner: str) -> Viewer:
            return viewer_of(users[email], partners[partner], Environment.LIVE)

        def contractor(email: str) -> Viewer:
            return viewer_of(users[email], None, Environment.LIVE)

        sides = Sides(
            partners={
                "victoria": owner("owner@victoria.example", OPERATOR),
                "pearl": owner("owner@pearl.example", CARRIER),
                "kowloon": owner("owner@kowloon.example", HOTEL),
            },
            contractors=(
                (contractor("carla@aurora.example"), CARLA),
                (contractor("theo@baltic.example"), THEO),
                (contractor("gina@globe.example"), GINA),
            ),
        )
        await add_introductions(uow, sides, now=now)
        _keep(keys_file, texts)


def credentials(keys_file: Path) -> list[ResellerCredential]:
    """Return the sample resellers' keys; none where the samples were not loaded from here."""
    return json.loads(keys_file.read_text()) if keys_file.exists() else []


async def _follow_issuer(session: AsyncSession, issuer: str) -> None:
    """Move the sample people to the issuer of this start: its name has the port in it."""
    subjects = [person.email for person in PEOPLE]
    at_development_issuer = models.User.issuer.endswith(DEVELOPMENT_ISSUER_PATH)
    await session.execute(
        update(models.User)
        .where(models.User.subject.in_(subjects), at_development_issuer)
        .values(issuer=issuer)
    )


def _keep(keys_file: Path, texts: list[ResellerCredential]) -> None:
    keys_file.parent.mkdir(parents=True, exist_ok=True)
    keys_file.touch(mode=0o600)
    keys_file.write_text(json.dumps(texts, indent=2))


def _partners(session: AsyncSession, now: dt.datetime) -> dict[str, UUID]:
    types = SUPPLIERS | {name: PartnerType.OTA for name, _, _ in RESELLERS}
    ids = {name: new_id() for name in types}
    for name, partner_type in types.items():
        session.add(
            models.Partner(
                id=ids[name],
                name=name,
                slug=slug_of(name),
                type=partner_type,
                country="HK",
                verification_status=VerificationStatus.VERIFIED,
                created_at=now,
            )
        )
    for name, rate_limit, cap in RESELLERS:
        session.add(
            models.ResellerProfile(
                partner_id=ids[name],
                rate_limit_per_minute=rate_limit,
                open_hold_cap=cap,
                created_at=now,
                live_at=now,
            )
        )
    session.add_all(_live_case(partner_id, now) for partner_id in ids.values())
    return ids


def _live_case(partner_id: UUID, now: dt.datetime) -> models.OnboardingCase:
    """Return the case of a partner that was live before the platform looked after itself."""
    return models.OnboardingCase(
        id=new_id(),
        partner_id=partner_id,
        stage=Stage.LIVE,
        is_manual=True,
        registered_at=now,
        sandbox_at=now,
        certified_at=now,
        go_live_requested_at=now,
        production_at=now,
        live_at=now,
    )


def _people(
    session: AsyncSession, partners: dict[str, UUID], issuer: str, now: dt.datetime
) -> dict[str, models.User]:
    users = {}
    for person in PEOPLE:
        user = models.User(
            id=new_id(),
            issuer=issuer,
            subject=person.email,
            email=person.email,
            name=person.name,
            platform_roles=[person.role] if person.role and not person.partner else [],
            created_at=now,
        )
        if person.role and person.partner:
            user.memberships = [models.PartnerMember(partner_id=partners[person.partner], role=person.role)]
        session.add(user)
        users[person.email] = user
    return users


def viewer_of(user: models.User, partner_id: UUID | None, environment: Environment) -> Viewer:
    """Return a person as it is when it has signed in, owner of a partner or not, so that its acts pass every rule."""
    of_partner = SCOPES_OF[Role.OWNER] if partner_id else frozenset()
    of_platform = frozenset().union(*(SCOPES_OF[Role(role)] for role in user.platform_roles))
    return Viewer(
        id=f"user:{user.id}",
        environment=environment,
        scopes=SIGNED_IN | of_partner | of_platform,
        scopes_by_partner={partner_id: of_partner} if partner_id else {},
        platform_scopes=of_platform,
        user_id=user.id,
        roles=frozenset([*map(Role, user.platform_roles), *([Role.OWNER] if partner_id else [])]),
        signed_in=SignedIn(user.issuer, user.subject, user.email, user.name),
    )


def _keys(
    session: AsyncSession, partners: dict[str, UUID], pepper: bytes, now: dt.datetime
) -> list[ResellerCredential]:
    texts: list[ResellerCredential] = []
    for name, _, _ in RESELLERS:
        for environment in reversed(Environment):
            minted = api_keys.mint(environment, secrets.token_bytes(api_keys.MINT_BYTES))
            session.add(
                models.ApiKey(
                    id=new_id(),
                    reseller_id=partners[name],
                    environment=environment,
                    name="Sample key",
                    prefix=minted.prefix,
                    key_hash=api_keys.key_hash(pepper, minted.text),
                    scopes=sorted(RESELLER_KEY_SCOPES),
                    created_at=now,
                    created_by=SAMPLE_ACTOR,
                )
            )
            texts.append({"name": name, "environment": environment.value, "api_key": minted.text})
    return texts
