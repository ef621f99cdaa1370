"""Pages of lists, and objects put in the place of their ids."""

from collections.abc import Sequence
from typing import Any

from integrations.stripe.sandbox import shapes
from integrations.stripe.sandbox.calls import Call
from integrations.stripe.sandbox.errors import invalid_parameter
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing, Window
from integrations.stripe.sandbox.worlds import World

PAGING = frozenset({"created", "ending_before", "expand", "limit", "starting_after"})
LARGEST_PAGE, USUAL_PAGE, DEEPEST = 100, 10, 4
OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    call: Call,
    kind: str,
    *,
    refs: dict[str, str | None] | None = None,
    fields: dict[str, str | Sequence[str] | None] | None = None,
) -> dict[str, Any]:
    """Answer a list call. `refs`, `fields`: what it is asked by; None where it is not."""
    things, has_more = call.world.store.page(
        kind,
        live=call.world.live,
        account=call.world.account,
        window=window(call.world, kind, call.parameters),
        refs={name: ref for name, ref in (refs or {}).items() if ref is not None},
        fields={
            name: [value] if isinstance(value, str) else value
            for name, value in (fields or {}).items()
            if value is not None
        },
    )
    return listed([with_lists(call.world, thing) for thing in things], call.path, has_more=has_more)


def listed(data: list[dict[str, Any]], url: str, *, has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def window(world: World, kind: str, parameters: Parameters) -> Window:
    """Read which part of a list is wanted."""
    limit = parameters.integer("limit", USUAL_PAGE) or 0
    if not 1 <= limit <= LARGEST_PAGE:
        raise invalid_parameter(
            f"This value must be greater than or equal to 1 and less than or equal to {LARGEST_PAGE}.",
            "limit",
            "parameter_invalid_integer",
        )
    after, before = parameters.text("starting_after"), parameters.text("ending_before")
    if after and before:
        raise invalid_parameter("You can only use one of starting_after and ending_before.", "starting_after")
    for name, edge in (("starting_after", after), ("ending_before", before)):
        if edge:
            world.find(kind, edge, param=name)
    return Window(limit, after, before, _created(parameters))


def _created(parameters: Parameters) -> tuple[tuple[str, int], ...]:
    if not isinstance(parameters.raw("created"), dict):
        exact = parameters.integer("created")
        return () if exact is None else (("=", exact),)
    bounds = parameters.under("created")
    bounds.only(OPERATORS)
    return tuple(
        (operator, value)
        for name, operator in OPERATORS.items()
        if (value := bounds.integer(name)) is not None
    )


def expand(world: World, form: dict[str, Any], paths: Sequence[str]) -> None:
    """Put objects in the place of their ids."""
    for path in paths:
        steps = path.split(".")
        if len(steps) - (steps[0] == "data") > DEEPEST:
            raise invalid_parameter(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}", "expand"
            )
        _expand(world, form, steps, path)


def _expand(world: World, form: dict[str, Any], steps: list[str], path: str) -> None:
    name, below = steps[0], steps[1:]
    if name not in form:
        raise invalid_parameter(
            f"This property cannot be expanded ({path}). You may want to try expanding a deeper property.",
            "expand",
        )
    value = form[name]
    if isinstance(value, str):
        thing = world.store.get(value)
        if thing is None or thing.live != world.live:
            raise invalid_parameter(f"This property cannot be expanded ({path}).", "expand")
        value = form[name] = with_lists(world, thing)
    if not below or value is None:
        return
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            _expand(world, each, below, path)


def with_lists(world: World, thing: Thing) -> dict[str, Any]:
    """Return the form of an object, with the list that Stripe has in it: a transfer's reversals."""
    form = shapes.shown(thing)
    if thing.kind == "transfer":
        found = (
            world.store.with_ref("transfer_reversal", thing.id) if thing.fields.get("amount_reversed") else []
        )
        data = [shapes.shown(each) for each in reversed(found)]
        form["reversals"] = {
            **listed(data, f"/v1/transfers/{thing.id}/reversals"),
            "total_count": len(data),
        }
    return form
