"""Every viewer of one shape: what they may do is known, who they are is a parameter of the statement."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, String, Uuid, bindparam

from permissions.viewer import Scope, Viewer

PREFIX = "viewer_"
PARTNERS_WITH = "partners_with_"

FACTS: dict[str, Callable[[Viewer], object]] = {
    "environment": lambda viewer: viewer.environment.value,
    "id": lambda viewer: viewer.id,
    "buyer_id": lambda viewer: viewer.buyer_id,
    "person": lambda viewer: viewer.person,
    "reseller_id": lambda viewer: viewer.reseller_id,
    "secrets": lambda viewer: list(viewer.secrets),
    "partner_ids": lambda viewer: list(viewer.partner_ids),
}


class SymbolicViewer:
    """Takes a viewer's place in a rule of `visibility`. What it has no parameter for, it does not have at all."""

    def __init__(self, like: Viewer) -> None:
        self.may = like.may
        self.may_everywhere = like.may_everywhere
        self.is_anonymous = like.is_anonymous
        self.environment = _fact("environment", String())
        self.id = _fact("id", String())
        self.person = _fact("person", Uuid())
        self.reseller_id = None if like.reseller_id is None else _fact("reseller_id", Uuid())
        self.buyer_id = _fact("buyer_id", Uuid())
        self.secrets = _fact("secrets")
        self.partner_ids = _fact("partner_ids")

    def partners_with(self, scope: Scope) -> BindParameter[Any]:
        return _fact(f"{PARTNERS_WITH}{scope}")


def fact_of(viewer: Viewer, parameter: str) -> object:
    """Return the value of a parameter for this viewer."""
    name = parameter.removeprefix(PREFIX)
    if name.startswith(PARTNERS_WITH):
        partners: list[UUID] = list(viewer.partners_with(Scope(name.removeprefix(PARTNERS_WITH))))
        return partners
    return FACTS[name](viewer)


def facts_of(viewer: Viewer, parameters: Iterable[str]) -> dict[str, object]:
    """Return the values of parameters for this viewer, by their names."""
    return {each: fact_of(viewer, each) for each in parameters}


def is_fact(parameter: str) -> bool:
    """Tell whether a parameter is a viewer's."""
    return parameter.startswith(PREFIX)


def _fact(name: str, kind: Any = None) -> BindParameter[Any]:
    return bindparam(f"{PREFIX}{name}", type_=kind)
