"""The sample world: the products, prices, allotments, resellers and people of the first brief.

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
from db.queries import inventory
from db.session import Sessions
from db.types import new_id
from db.unit_of_work import unit_of_work
from domain import api_keys
from domain.environments import Environment
from domain.inventory import Channel, InventoryEventKind
from domain.onboarding import Stage
from domain.packages import ItemKind
from domain.partners import PartnerType, VerificationStatus, slug_of
from domain.pricing import CustomerType, RuleEffect
from permissions.viewer import RESELLER_KEY_SCOPES, Role

CURRENCY = "HKD"
TIME_ZONE = "Asia/Hong_Kong"
CONCESSION_MINOR = 188_00
WEEKEND_MINOR = 30_00
SAMPLE_ACTOR = "system"
DEVELOPMENT_ISSUER_PATH = "/identity"


@dataclass(frozen=True, slots=True)
class Product:
    """One of the brief's three products."""

    sku: str
    names: dict[str, str]
    base_minor: int
    units: dict[Channel, int]
    items: tuple[tuple[ItemKind, str, str, int], ...]


PRODUCTS = (
    Product(
        "106",
        {
            "en": "Harbour Cruise – Premium Plan",
            "it": "Crociera nel porto – Piano Premium",
            "de": "Hafenrundfahrt – Premium",
            "fr": "Croisière du port – Formule Premium",
            "es": "Crucero por el puerto – Plan Premium",
        },
        288_00,
        {Channel.OTA: 2000, Channel.DIRECT: 1000},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1),
            (ItemKind.EXTRA, "GIFT", "Welcome gift", 1),
            (ItemKind.SERVICE, "PLAYGROUND", "Playground tokens", 10),
        ),
    ),
    Product(
        "107",
        {
            "en": "Harbour Cruise – Pet Plan",
            "it": "Crociera nel porto – Piano animali",
            "de": "Hafenrundfahrt – mit Haustier",
            "fr": "Croisière du port – Formule animaux",
            "es": "Crucero por el puerto – Plan mascotas",
        },
        188_00,
        {Channel.OTA: 1500, Channel.DIRECT: 500},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1),
            (ItemKind.SERVICE, "PET_BOARDING", "Boarding of one pet", 1),
        ),
    ),
    Product(
        "108",
        {
            "en": "Harbour Cruise – Deluxe Tea Set for Two",
            "it": "Crociera nel porto – Tè Deluxe per due",
            "de": "Hafenrundfahrt – Deluxe-Teegedeck für zwei",
            "fr": "Croisière du port – Thé Deluxe pour deux",
            "es": "Crucero por el puerto – Té Deluxe para dos",
        },
        788_00,
        {Channel.OTA: 1500, Channel.DIRECT: 300},
        (
            (ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 2),
            (ItemKind.EXTRA, "TEA_SET", "Deluxe tea set", 1),
        ),
    ),
)

SPECIAL_EVENTS = (
    ("NEW_YEARS_EVE", "New Year's Eve fireworks", 12, 31, 500_00),
    ("NATIONAL_DAY", "National Day fireworks", 10, 1, 400_00),
)
"""Code, label, month, day, what is added to the product's base price to make the event's price."""
EVENT_YEARS = 3

RESELLERS = (("Harbour Travel", 1000, 10_000), ("Island Trips", 100, 1_000))
"""Name, calls a minute, cap of units on hold."""

OPERATOR = "Victoria Harbour Cruises"

PEOPLE = (
    ("admin@interline.example", "Ada Admin", (Role.PLATFORM_ADMIN,), None),
    ("manager@interline.example", "Max Manager", (Role.ACCOUNT_MANAGER,), None),
    ("analyst@interline.example", "Ann Analyst", (Role.ANALYST,), None),
    ("owner@victoria.example", "Victor Owner", (Role.OWNER,), OPERATOR),
    ("readonly@victoria.example", "Rita Readonly", (Role.READONLY,), OPERATOR),
    ("owner@harbour.example", "Hanna Owner", (Role.OWNER,), RESELLERS[0][0]),
    ("owner@island.example", "Ivan Owner", (Role.OWNER,), RESELLERS[1][0]),
)
"""E-mail (also the subject at the development issuer), name, roles, partner (None: the platform)."""


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
        _people(uow.session, partners, issuer, now)
        texts = _keys(uow.session, partners, pepper, now)
        for environment in Environment:
            for product in PRODUCTS:
                await _product(uow.session, product, environment, partners[OPERATOR], now)
        _keep(keys_file, texts)


def credentials(keys_file: Path) -> list[ResellerCredential]:
    """Return the sample resellers' keys; none where the samples were not loaded from here."""
    return json.loads(keys_file.read_text()) if keys_file.exists() else []


async def _follow_issuer(session: AsyncSession, issuer: str) -> None:
    """Move the sample people to the issuer of this start: its name has the port in it."""
    subjects = [email for email, _, _, _ in PEOPLE]
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
    ids = {OPERATOR: new_id()} | {name: new_id() for name, _, _ in RESELLERS}
    session.add(
        models.Partner(
            id=ids[OPERATOR],
            name=OPERATOR,
            slug=slug_of(OPERATOR),
            type=PartnerType.TOUR_OPERATOR,
            country="HK",
            verification_status=VerificationStatus.VERIFIED,
            created_at=now,
        )
    )
    for name, rate_limit, cap in RESELLERS:
        session.add(
            models.Partner(
                id=ids[name],
                name=name,
                slug=slug_of(name),
                type=PartnerType.OTA,
                country="HK",
                verification_status=VerificationStatus.VERIFIED,
                created_at=now,
            )
        )
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


def _people(session: AsyncSession, partners: dict[str, UUID], issuer: str, now: dt.datetime) -> None:
    for email, name, roles, partner in PEOPLE:
        user = models.User(
            id=new_id(),
            issuer=issuer,
            subject=email,
            email=email,
            name=name,
            platform_roles=[] if partner else list(roles),
            created_at=now,
        )
        if partner:
            user.memberships = [
                models.PartnerMember(partner_id=partners[partner], role=role) for role in roles
            ]
        session.add(user)


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


async def _product(
    session: AsyncSession, product: Product, environment: Environment, operator_id: UUID, now: dt.datetime
) -> None:
    package_id = new_id()
    session.add(
        models.Package(
            id=package_id,
            environment=environment,
            partner_id=operator_id,
            sku=product.sku,
            names=product.names,
            currency=CURRENCY,
            time_zone=TIME_ZONE,
            created_at=now,
        )
    )
    await session.flush()
    for position, (kind, function_code, label, quantity) in enumerate(product.items, 1):
        session.add(
            models.PackageItem(
                id=new_id(),
                package_id=package_id,
                position=position,
                kind=kind,
                function_code=function_code,
                label=label,
                quantity=quantity,
            )
        )
    session.add_all(_price_rules(package_id, product, now.year))
    for channel, units in product.units.items():
        allotment = models.Allotment(
            id=new_id(),
            environment=environment,
            package_id=package_id,
            channel=channel,
            allocated=units,
            sequence=1,
            created_at=now,
        )
        session.add(allotment)
        await session.flush()
        await inventory.journal(
            session,
            allotment.id,
            kind=InventoryEventKind.ALLOTTED,
            actor=SAMPLE_ACTOR,
            now=now,
            allocated_change=units,
        )


def _price_rules(package_id: UUID, product: Product, year: int) -> list[models.PriceRule]:
    """Special events first, then the flat price of children and the elderly, then base and weekend."""
    adult = [CustomerType.ADULT]
    rules = [
        _rule(
            package_id,
            code=code,
            label=label,
            amount_minor=product.base_minor + extra,
            starts_on=dt.date(each_year, month, day),
            ends_on=dt.date(each_year, month, day),
            is_final=True,
        )
        for each_year in range(year, year + EVENT_YEARS)
        for code, label, month, day, extra in SPECIAL_EVENTS
    ]
    rules += [
        _rule(
            package_id,
            code="CONCESSION",
            label="Child and elderly",
            amount_minor=CONCESSION_MINOR,
            customer_types=[CustomerType.CHILD, CustomerType.ELDERLY],
            is_final=True,
        ),
        _rule(package_id, code="BASE", label="Adult", amount_minor=product.base_minor, customer_types=adult),
        _rule(
            package_id,
            code="WEEKEND",
            label="Weekend premium",
            effect=RuleEffect.ADD,
            amount_minor=WEEKEND_MINOR,
            customer_types=adult,
            weekdays=[6, 7],
        ),
    ]
    for rank, rule in enumerate(rules, 1):
        rule.rank = rank * 10
    return rules


def _rule(package_id: UUID, **facts: object) -> models.PriceRule:
    defaults = {"effect": RuleEffect.SET, "customer_types": [], "weekdays": [], "is_final": False}
    return models.PriceRule(id=new_id(), package_id=package_id, **(defaults | facts))
