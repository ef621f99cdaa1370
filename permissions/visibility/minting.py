"""How rules of visibility are made, and what they are made of: the only place that mints `Visible`.

A rule may decide by what a viewer may do at all; whose rows they are is for the database to compare. So one
predicate serves all viewers of a shape, with their facts as parameters (`viewer.SymbolicViewer`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from sqlalchemy import ColumnElement, false, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute

from db import models
from db.rows import Visible
from permissions.symbolic import SymbolicViewer
from permissions.viewer import Scope, Viewer

NOTHING = false()

P = ParamSpec("P")


def rule(
    predicate: Callable[Concatenate[Viewer, P], ColumnElement[bool]],
) -> Callable[Concatenate[Viewer, P], Visible]:
    """Make a rule of a function from a viewer to a predicate."""

    @wraps(predicate)
    def mint(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> Visible:
        if kwargs:
            raise TypeError("a rule takes what it needs by position")
        return Visible(predicate, viewer, args, SymbolicViewer)

    return mint


def of_own_partners(
    viewer: Viewer, partner_id: InstrumentedAttribute[UUID], scope: Scope
) -> ColumnElement[bool]:
    """Rows that belong to a partner at which one has the scope; they are of no environment."""
    if not viewer.may(scope):
        return NOTHING
    if viewer.may_everywhere(scope):
        return true()
    return partner_id.in_(viewer.partners_with(scope))


def is_oneself(
    viewer: Viewer, affiliate_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
) -> ColumnElement[bool]:
    """Rows that are of what one is oneself as an affiliate; nothing for keys, and for who is none."""
    return refers(affiliate_id, models.Affiliate.id, models.Affiliate.user_id == viewer.person)


def there_is(*predicates: ColumnElement[bool] | Visible, outer: type[models.Base]) -> ColumnElement[bool]:
    """Tell that another table has a row for which the predicates hold; `outer` is the rule's own model."""
    return select(literal(1)).where(*predicates).correlate(outer.__table__).exists()


def refers(
    reference: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
    key: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
    predicate: ColumnElement[bool] | Visible,
) -> ColumnElement[bool]:
    """Tell that what a row refers to fulfils a predicate: looked up by its key.

    Not `IN (SELECT …)`: beside an OR, PostgreSQL would read the whole other table for it, for a single row too.
    """
    # Correlated to the row alone: the statement around it may have the other table for a reason of its own.
    return (
        select(literal(1)).where(key == reference, predicate).correlate(reference.class_.__table__).exists()
    )
