"""Many properties at once, as a file brings them: in batches, each all or nothing, each taken back as it was made."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from db import models
from db.models.properties import columns_of, values_of
from db.queries import properties as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.properties import PropertyField, Values, amount_of, tidied
from permissions import policies
from permissions.viewer import Viewer
from services import audit, onboarding
from services.properties import lock_codes


class Outcome(StrEnum):
    """What became of one row of a batch."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    SAME = "SAME"


@dataclass(frozen=True, slots=True)
class Written:
    """One row of a batch as it was written; everything that takes it back, fit for JSON but for the id."""

    property_id: UUID
    external_code: str
    outcome: Outcome
    version: int
    """The property's version after it; whoever takes it back finds this one, or somebody changed it since."""
    before: Mapping[str, Any] | None = None
    """The columns as they were; None where there was nothing."""


async def upsert_properties(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID,
    rows: Sequence[Values],
    act_id: str,
    now: dt.datetime,
) -> list[Written]:
    """Create or change the properties of these codes, in one transaction, and return what became of each row.

    Fields that a row does not tell stay as they are; an archived property is changed and stays archived. The rows
    have passed `check` (with what `merged_with` says of a row's property), each code comes once, and a batch has some
    hundreds of them. The same rows again change nothing. One entry of the audit chain for all, under `act_id`.
    Locks the partner's codes and the properties until commit. Refuses: Forbidden.
    """
    policies.may_manage_properties(viewer, partner_id)
    await lock_codes(uow, partner_id)
    codes = [row[PropertyField.EXTERNAL_CODE] for row in rows]
    there = await queries.lock_by_codes(uow.session, partner_id, codes)
    written: list[Written] = []
    added: list[dict[str, Any]] = []
    for values in rows:
        found = there.get(values[PropertyField.EXTERNAL_CODE])
        if found is None:
            columns = columns_of(tidied(values))
            row_id = new_id()
            added.append(
                {
                    "id": row_id,
                    "partner_id": partner_id,
                    "version": 1,
                    "created_at": now,
                    "updated_at": now,
                    **columns,
                }
            )
            written.append(Written(row_id, columns["external_code"], Outcome.CREATED, 1))
        else:
            written.append(_change(found, columns_of(merged_with(found, values)), now))
    await queries.insert_properties(uow.session, added)
    await uow.session.flush()
    if any(each.outcome is not Outcome.SAME for each in written):
        await _record(
            uow,
            viewer,
            partner_id=partner_id,
            act="properties.import",
            act_id=act_id,
            facts=_counted(written),
            now=now,
        )
    return written


async def take_back(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID,
    written: Sequence[Written],
    act_id: str,
    now: dt.datetime,
) -> list[str]:
    """Undo a batch: what it made is gone, what it changed is as it was. Return the codes that are left alone.

    Those were changed by somebody since, or are gone. A second call leaves everything alone. Audited once.
    Locks the partner's codes and the properties until commit. Refuses: Forbidden.
    """
    policies.may_manage_properties(viewer, partner_id)
    await lock_codes(uow, partner_id)
    touched = [each for each in written if each.outcome is not Outcome.SAME]
    there = await queries.lock_by_codes(uow.session, partner_id, [each.external_code for each in touched])
    left: list[str] = []
    for each in touched:
        found = there.get(each.external_code)
        if found is None or (found.id, found.version) != (each.property_id, each.version):
            left.append(each.external_code)
        elif each.before is None:
            await uow.session.delete(found)
        else:
            _change(found, each.before, now)
    await uow.session.flush()
    if len(left) < len(touched):
        facts = {"taken_back": len(touched) - len(left), "left": len(left)}
        await _record(
            uow,
            viewer,
            partner_id=partner_id,
            act="properties.undo_import",
            act_id=act_id,
            facts=facts,
            now=now,
        )
    return left


def merged_with(row: models.Property, values: Values) -> dict[PropertyField, Any]:
    """Return what a property tells after a row of a file: what the row leaves out stays."""
    before = values_of(row)
    if row.nightly_price is not None and PropertyField.NIGHTLY_PRICE not in values:
        before[PropertyField.NIGHTLY_PRICE] = amount_of(row.nightly_price, row.currency)
    return tidied({**before, **values})


def _change(row: models.Property, columns: Mapping[str, Any], now: dt.datetime) -> Written:
    before = {name: getattr(row, name) for name in columns}
    changed = [name for name, value in columns.items() if value != before[name]]
    if not changed:
        return Written(row.id, row.external_code, Outcome.SAME, row.version)
    for name in changed:
        setattr(row, name, columns[name])
    row.version += 1
    row.updated_at = now
    return Written(row.id, row.external_code, Outcome.CHANGED, row.version, before)


def _counted(written: Collection[Written]) -> dict[str, int]:
    return {outcome.value.lower(): sum(each.outcome is outcome for each in written) for outcome in Outcome}


async def _record(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID,
    act: str,
    act_id: str,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    await audit.record(uow, viewer, partner_id=partner_id, act=act, object_id=act_id, facts=facts, now=now)
    await onboarding.review(uow, partner_id, now=now)
