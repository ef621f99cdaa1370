"""Making what is sold."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db import locks, models
from db.queries import packages as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.money import EXPONENTS
from domain.packages import LOCALE, SKU, Item, SkuTaken, check_items
from domain.pricing import PriceRule, check_rules
from domain.provisioning import SKU_PREFIX, is_sandbox_sku
from domain.texts import check_line
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import packages_of_environment
from services import audit
from services.idempotency import claim

CODE_LENGTH = 64


async def create_package(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    sku: str,
    names: dict[str, str],
    currency: str,
    time_zone: str,
    items: list[Item],
    rules: list[PriceRule],
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Package:
    """Create a package in the caller's environment with its items and price table. Audited.

    It can be sold once a channel has an allotment of it.
    Refuses: NotFound, Forbidden, InvalidInput, SkuTaken, IdempotencyConflict.
    """
    if partner_id is None or await uow.session.get(models.Partner, partner_id) is None:
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    policies.may_manage_inventory(viewer, partner_id)
    _check(sku=sku, names=names, currency=currency, time_zone=time_zone, items=items, rules=rules)
    package_id = new_id()
    first = await claim(uow, idempotency, object_id=package_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Package, first)
    await locks.lock_name(uow.session, f"sku:{viewer.environment}:{sku}")
    described = queries.package_by_sku(sku, visible=packages_of_environment(viewer))
    if (await uow.session.scalars(described.statement)).one_or_none():
        raise Refused(SkuTaken(sku=sku))
    package = await add_package(
        uow,
        package_id=package_id,
        environment=viewer.environment,
        partner_id=partner_id,
        sku=sku,
        names=names,
        currency=currency,
        time_zone=time_zone,
        items=items,
        rules=rules,
        now=now,
    )
    await audit.record(
        uow,
        viewer,
        partner_id=partner_id,
        act="packages.create",
        object_id=global_id("Package", package.id),
        facts={"sku": sku, "environment": viewer.environment, "currency": currency},
        now=now,
    )
    return package


async def add_package(
    uow: UnitOfWork,
    *,
    package_id: UUID,
    environment: Environment,
    partner_id: UUID,
    sku: str,
    names: dict[str, str],
    currency: str,
    time_zone: str,
    items: Sequence[Item],
    rules: Sequence[PriceRule],
    is_sandbox: bool = False,
    now: dt.datetime,
) -> models.Package:
    """Add a package that was looked at, with its items and price table."""
    package = models.Package(
        id=package_id,
        environment=environment,
        partner_id=partner_id,
        sku=sku,
        names=names,
        currency=currency,
        time_zone=time_zone,
        is_sandbox=is_sandbox,
        created_at=now,
    )
    uow.session.add(package)
    await uow.session.flush()
    uow.session.add_all(_item_row(package.id, position, item) for position, item in enumerate(items, 1))
    uow.session.add_all(_rule_row(package.id, rule) for rule in rules)
    return package


def _check(
    *,
    sku: str,
    names: dict[str, str],
    currency: str,
    time_zone: str,
    items: list[Item],
    rules: list[PriceRule],
) -> None:
    if not SKU.fullmatch(sku):
        raise Refused(InvalidInput("sku", "must have 1 to 64 letters, digits, dots, dashes or underscores"))
    if is_sandbox_sku(sku):
        raise Refused(InvalidInput("sku", f"must not begin with {SKU_PREFIX}"))
    if not names:
        raise Refused(InvalidInput("names", "needs at least one name"))
    for locale, text in names.items():
        if not LOCALE.fullmatch(locale):
            raise Refused(InvalidInput("names.locale", f"{locale!r} is not a BCP-47 tag"))
        check_line(f"names.{locale}", text)
    for item in items:
        check_line("items.label", item.label)
    for rule in rules:
        check_line("price_rules.code", rule.code, longest=CODE_LENGTH)
        check_line("price_rules.label", rule.label)
    if currency not in EXPONENTS:
        raise Refused(InvalidInput("currency", f"must be one of {', '.join(EXPONENTS)}"))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(InvalidInput("time_zone", "is not an IANA time zone")) from None
    check_items(items)
    check_rules(rules)


def _item_row(package_id: UUID, position: int, item: Item) -> models.PackageItem:
    return models.PackageItem(
        id=new_id(),
        package_id=package_id,
        position=position,
        kind=item.kind,
        function_code=item.function_code,
        label=item.label,
        quantity=item.quantity,
    )


def _rule_row(package_id: UUID, rule: PriceRule) -> models.PriceRule:
    return models.PriceRule(
        id=new_id(),
        package_id=package_id,
        rank=rule.rank,
        code=rule.code,
        label=rule.label,
        effect=rule.effect,
        amount_minor=rule.amount_minor,
        customer_types=sorted(rule.customer_types),
        weekdays=sorted(rule.weekdays),
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
        is_final=rule.is_final,
    )
