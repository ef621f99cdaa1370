"""Selecting rows with what they always carry besides their columns."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Text, Uuid, case, cast, func, select

from db import models
from db.entries import Entries, ForMany, once_a_shape
from db.questions import question
from db.rows import Computed, One, Rows, Visible
from domain.coupons import RedemptionStatus
from domain.ledger import DEBITS


def computed_of(model: type[Any], *, now: dt.datetime | None = None) -> Computed:
    """Return what rows of a model carry besides their columns, as it is at `now` where that depends on the time."""
    if model is models.Allotment:
        return {"overdue": func.overdue_units(models.Allotment.id, now)}
    if model is models.Sponsorship:
        today = cast(func.timezone("UTC", now), Date)
        spent = case((models.Sponsorship.spent_on == today, models.Sponsorship.spent_minor), else_=0)
        return {"spent_today_minor": spent}
    if model is models.Coupon:
        return released_uses()
    if model is models.LedgerAccount:
        return {"balance_minor": _balance_of(models.LedgerAccount)}
    if model is models.Posting:
        return {"currency": _currency_of(models.Posting)}
    return {}


def released_uses() -> Computed:
    """Return how many uses of a coupon were given back and are in its counter still."""
    redemption = models.CouponRedemption
    released: ColumnElement[int] = (
        select(func.count())
        .where(
            redemption.coupon_id == models.Coupon.id,
            redemption.status == RedemptionStatus.RELEASED,
            redemption.is_counted,
        )
        .correlate(models.Coupon)
        .scalar_subquery()
    )
    return {"released": released}


def _balance_of(account: type[models.LedgerAccount]) -> ColumnElement[int]:
    """Return what is there (cash, costs, disputed), or else what is owed; less than 0 the other way round."""
    posting = models.Posting
    total = (
        select(func.coalesce(cast(func.sum(posting.amount_minor), BigInteger), 0))
        .where(posting.account_id == account.id)
        .correlate(account)
        .scalar_subquery()
    )
    return case((account.kind.in_(DEBITS), total), else_=-total)


def _currency_of(posting: type[models.Posting]) -> ColumnElement[str]:
    account = models.LedgerAccount
    return (
        select(account.currency).where(account.id == posting.account_id).correlate(posting).scalar_subquery()
    )


def select_rows(model: type[Any], *, now: dt.datetime) -> Select[Any]:
    """Select a model's rows, with the attributes that depend on the time as they are at `now`."""
    return Rows(select(model), computed=computed_of(model, now=now)).complete()


@question
def row_by_id(model: type[Any], row_id: UUID, *, visible: Visible, now: dt.datetime) -> One[Any]:
    """Describe the row of a model with this id."""
    return One(select(model).where(visible, model.id == row_id), computed=computed_of(model, now=now))


@question
def rows_by_ids(
    model: type[Any], row_ids: Sequence[UUID], *, visible: Visible, now: dt.datetime
) -> Rows[Any]:
    """Describe the rows of a model with these ids, in no order."""
    return Rows(select(model).where(visible, model.id.in_(row_ids)), computed=computed_of(model, now=now))


@once_a_shape
def rows_named(model: type[Any], visible: Visible) -> ForMany:
    """Make the statement for many that loads rows by id. Asks: named [{id}]. Records: nth, the row as JSON."""
    named = Entries("named", id=Uuid())
    seen = named.seen(visible)
    statement = (
        select(named.nth, cast(func.to_jsonb(row_of(model)), Text))
        .select_from(named.table())
        .join(model, model.id == named.id)
        .where(seen)
    )
    return named.answering(statement)


def row_of(model: type[models.Base]) -> ColumnElement[Any]:
    """Return a table's whole row as one value, as SQL functions take it."""
    table: Any = model.__table__
    whole: ColumnElement[Any] = table.table_valued()
    return whole
