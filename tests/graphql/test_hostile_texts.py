"""No text in any argument of any root field is a fault: refused, not found, or taken as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import graphql
import pytest

from tests.factories.scene import make_scene
from tests.factories.viewers import staff
from tests.fixtures.graphql import KEYS, built

TEXTS = ["", "a\0b", "\ud800", "x" * 10_000, "💥\u202e\u2028é"]
PLAIN = {
    "Int": 1,
    "Boolean": True,
    "Decimal": "1.00",
    "Date": "2026-11-21",
    "DateTime": "2026-11-21T00:00:00Z",
}
GOOD = {
    "productId": "106",
    "sku": "new",
    "currency": "EUR",
    "timeZone": "Europe/Rome",
    "locale": "en",
    "functionCode": "TEA",
    "email": "mei@example.com",
    "phone": "123456",
    "url": "https://hooks.example.com/",
}
"""Values that lead further into an act than `x` does, by the argument's name."""
THINGS = {
    "partnerId": "operator",
    "resellerId": "reseller",
    "endpointId": "endpoint",
    "ticketCode": "code",
    "code": "code",
    "threadId": "thread",
}
"""Arguments that want a thing of the scene."""
THING_OF_ACT = {
    "order": "order",
    "ApiKey": "key",
    "WebhookEndpoint": "endpoint",
    "WebhookSecret": "endpoint",
    "DeadLetter": "letter",
    "eservation": "reservation",
    "upportThread": "thread",
}
"""What a field's own name says of the `id` it wants."""

ROOTS = [
    (operation, name)
    for operation, root in (
        ("query", built().query_type),
        ("mutation", built().mutation_type),
    )
    for name, field in root.fields.items()
    if field.args
]

Path = tuple[str, ...]


@dataclass
class Filler:
    """Makes values of types: good ones where they are required, and `text` at one path."""

    good: dict[str, str]
    text: str
    at: Path

    def argument(self, argument: Any, path: Path) -> Any:
        is_asked = self.at[: len(path)] == path
        return (
            self.value(argument.type, path) if is_asked or graphql.is_non_null_type(argument.type) else None
        )

    def value(self, type_: Any, path: Path) -> Any:
        if graphql.is_non_null_type(type_):
            return self.value(type_.of_type, path)
        if graphql.is_list_type(type_):
            return [self.value(type_.of_type, path)]
        if graphql.is_input_object_type(type_):
            return {name: self.argument(each, (*path, name)) for name, each in type_.fields.items()}
        if graphql.is_enum_type(type_):
            return next(iter(type_.values))
        if type_.name not in ("String", "ID"):
            return PLAIN[type_.name]
        return self.text if path == self.at else self.good.get(path[-1], "x")


def text_paths(type_: Any, path: Path) -> Iterator[Path]:
    """Where a type takes a text."""
    named = graphql.get_named_type(type_)
    if graphql.is_input_object_type(named):
        for name, each in named.fields.items():
            yield from text_paths(each.type, (*path, name))
    elif named.name in ("String", "ID"):
        yield path


def document_of(operation: str, name: str, field: Any) -> str:
    variables = ", ".join(f"${each}: {argument.type}" for each, argument in field.args.items())
    passed = ", ".join(f"{each}: ${each}" for each in field.args)
    return f"{operation}({variables}) {{ {name}({passed}) {{ __typename }} }}"


@pytest.mark.parametrize(("operation", "name"), ROOTS)
async def test_no_text_is_a_fault(graph, acts, world, owner, reseller, operation, name):
    ids = await make_scene(acts, world, owner=owner, reseller=reseller, keys=KEYS)
    good = GOOD | {word: ids[thing] for word, thing in THINGS.items()}
    good["id"] = next((ids[thing] for word, thing in THING_OF_ACT.items() if word in name), "x")
    field = built().get_root_type(graphql.OperationType(operation)).fields[name]
    document = document_of(operation, name, field)
    everywhere = replace(staff(), reseller_id=world.reseller.id)

    for argument_name, argument in field.args.items():
        for path in text_paths(argument.type, (argument_name,)):
            for text in TEXTS:
                filler = Filler(good, text, path)
                values = {each: filler.argument(other, (each,)) for each, other in field.args.items()}
                async with acts.sessions.undone():
                    await graph.run(everywhere, document, **values)
