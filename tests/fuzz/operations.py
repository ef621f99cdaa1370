"""Operations at random: every feature the compiled executor covers, with arguments of every kind, good and bad."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

import graphql
from graphql.language.print_string import print_string

from tests.fuzz.disorder import HOSTILE

SIZES = (0, 1, 2, 3, 7, 100)
BAD_SIZES = (101, -1, 2**31 - 1)
BAD = 0.03
"""How often an argument is one that is refused: most operations should have an answer to compare."""
LOCALES = ("en", "it", "zh-HK", "zh", "xx", "", "en-GB")
DAYS = ("2026-11-18", "2026-11-21", "2026-12-24", "0001-01-01", "9999-12-31")
MOMENTS = ("2026-11-18T08:00:00.000Z", "2026-11-18T08:00:00+08:00", "1970-01-01T00:00:00Z")
FLOATS = (0.0, 41.9, -3.67688, 91.0, 1e15, 1e-7)
DEEPEST = 5
WIDEST = 6
MOST_CONDITIONS = 6


@dataclass
class Pools:
    """What arguments are taken from, besides what is made up."""

    ids: list[str]
    skus: list[str]
    codes: list[str]
    cursors: list[str]


@dataclass
class Operation:
    """One operation to compare."""

    text: str
    variables: dict[str, Any]


@dataclass
class Generator:
    """Makes operations on a schema."""

    schema: graphql.GraphQLSchema
    pools: Pools
    dice: random.Random
    _names: int = 0
    _conditions: int = 0
    _definitions: list[str] = field(default_factory=list)
    _fragments: list[str] = field(default_factory=list)
    _variables: dict[str, Any] = field(default_factory=dict)

    def operation(self) -> Operation:
        """Make one query. Most are valid; what is not is for graphql-core alone."""
        self._conditions = 0
        self._names, self._definitions, self._fragments, self._variables = 0, [], [], {}
        root = self.schema.query_type
        assert root is not None
        fields = self.dice.choices(list(root.fields), k=self.dice.choice((1, 1, 1, 2, 3)))
        selection = " ".join(self._field(root, name, 0) for name in fields if not name.startswith("__"))
        if self._chance(0.1):
            selection += " __typename"
        definitions = f"({', '.join(self._definitions)})" if self._definitions else ""
        text = f"query Q{definitions} {{ {selection} }} {' '.join(self._fragments)}"
        return Operation(text, self._variables)

    def _field(self, parent: Any, name: str, depth: int) -> str:
        definition = parent.fields[name]
        named = graphql.get_named_type(definition.type)
        arguments = self._arguments(name, definition)
        is_composite = graphql.is_composite_type(named)
        needs_alias = bool(arguments) or is_composite or self._chance(0.3)
        alias = f"{self._name('f')}: " if needs_alias else ""
        below = f" {{ {self._selection(named, depth + 1)} }}" if is_composite else ""
        return f"{alias}{name}{arguments}{self._condition()}{below}"

    def _selection(self, type_: Any, depth: int) -> str:
        if graphql.is_abstract_type(type_):
            return self._abstract(type_, depth)
        names = list(type_.fields)
        leaves = [
            each for each in names if graphql.is_leaf_type(graphql.get_named_type(type_.fields[each].type))
        ]
        usable = leaves if depth >= DEEPEST else names
        if not usable:
            return "__typename"
        chosen = self.dice.sample(usable, k=min(len(usable), self.dice.randrange(1, WIDEST)))
        parts = [self._field(type_, each, depth) for each in chosen]
        if self._chance(0.2):
            parts.insert(self.dice.randrange(len(parts) + 1), "__typename")
        return self._wrapped(type_, parts)

    def _abstract(self, type_: Any, depth: int) -> str:
        possible = list(self.schema.get_possible_types(type_))
        parts = ["__typename"] if self._chance(0.5) or not type_.fields else []
        parts += [each for each in getattr(type_, "fields", {}) if self._chance(0.7)]
        for each in self.dice.sample(possible, k=min(len(possible), self.dice.randrange(1, 5))):
            parts.append(f"... on {each.name}{self._condition()} {{ {self._selection(each, depth)} }}")
        return " ".join(parts) or "__typename"

    def _wrapped(self, type_: Any, parts: list[str]) -> str:
        """Put some of the parts into a fragment, inline or named."""
        if len(parts) > 1 and self._chance(0.25):
            cut = self.dice.randrange(1, len(parts))
            inside = " ".join(parts[cut:])
            if self._chance(0.5):
                condition = f" on {type_.name}" if self._chance(0.7) else ""
                return f"{' '.join(parts[:cut])} ...{condition}{self._condition()} {{ {inside} }}"
            name = self._name("F")
            self._fragments.append(f"fragment {name} on {type_.name} {{ {inside} }}")
            return f"{' '.join(parts[:cut])} ...{name}{self._condition()}"
        return " ".join(parts)

    def _condition(self) -> str:
        if not self._chance(0.1):
            return ""
        word = self.dice.choice(("skip", "include"))
        if self._chance(0.5) or self._conditions == MOST_CONDITIONS:
            return f" @{word}(if: {json.dumps(self._chance(0.5))})"
        self._conditions += 1
        name = self._name("b")
        self._definitions.append(f"${name}: Boolean!")
        self._variables[name] = self._chance(0.6)
        return f" @{word}(if: ${name})"

    def _arguments(self, name: str, definition: Any) -> str:
        given = []
        left_out = {self.dice.choice(("first", "last"))} if not self._chance(BAD) else set()
        if not self.pools.cursors:
            left_out |= {"after", "before"}
        for argument_name, argument in definition.args.items():
            is_required = graphql.is_required_argument(argument)
            if not is_required and (self._chance(0.5) or argument_name in left_out):
                continue
            value = self._value(f"{name}.{argument_name}", argument.type)
            if self._chance(0.5):
                given.append(f"{argument_name}: {self._as_variable(argument.type, value)}")
            else:
                given.append(f"{argument_name}: {literal(argument.type, value)}")
        return f"({', '.join(given)})" if given else ""

    def _as_variable(self, type_: Any, value: Any) -> str:
        name = self._name("v")
        is_optional = not graphql.is_non_null_type(type_)
        declared = f"{type_}!" if is_optional and value is not None and self._chance(0.3) else str(type_)
        if is_optional and declared == str(type_) and self._chance(0.15):
            self._definitions.append(f"${name}: {declared}")
            return f"${name}"
        if is_optional and value is not None and self._chance(0.15):
            declared = f"{type_} = {literal(type_, value)}"
            if self._chance(0.5):
                self._definitions.append(f"${name}: {declared}")
                return f"${name}"
        self._definitions.append(f"${name}: {declared}")
        self._variables[name] = value
        return f"${name}"

    def _value(self, place: str, type_: Any) -> Any:
        if graphql.is_non_null_type(type_):
            return self._value_of(place, type_.of_type)
        return None if self._chance(0.15) else self._value_of(place, type_)

    def _value_of(self, place: str, type_: Any) -> Any:
        if graphql.is_list_type(type_):
            return [self._value(place, type_.of_type) for _ in range(self.dice.choice((0, 1, 1, 2, 4)))]
        if graphql.is_enum_type(type_):
            return self.dice.choice(list(type_.values))
        if graphql.is_input_object_type(type_):
            return {
                name: self._value(f"{type_.name}.{name}", each.type)
                for name, each in type_.fields.items()
                if graphql.is_required_input_field(each) or self._chance(0.5)
            }
        makers = {
            "ID": lambda: self._text(self.pools.ids),
            "String": lambda: self._text(self._texts(place)),
            "Int": lambda: self._number(place),
            "Boolean": lambda: self._chance(0.5),
            "Float": lambda: self.dice.choice(FLOATS),
            "Decimal": lambda: self.dice.choice(("80.50", "0", "-1", "1e9", "NaN", "80.505")),
            "Date": lambda: self.dice.choice(DAYS),
            "DateTime": lambda: self.dice.choice(MOMENTS),
        }
        return makers[type_.name]()

    def _texts(self, place: str) -> list[str]:
        name = place.partition(".")[2]
        by_name = {
            "productId": self.pools.skus,
            "productIds": self.pools.skus,
            "code": self.pools.codes,
            "after": self.pools.cursors,
            "before": self.pools.cursors,
            "locale": list(LOCALES),
        }
        return by_name.get(name, [])

    def _text(self, pool: list[str]) -> str:
        return self.dice.choice(HOSTILE if not pool or self._chance(BAD) else pool)

    def _number(self, place: str) -> int | None:
        if place.endswith((".first", ".last")):
            return self.dice.choice(BAD_SIZES if self._chance(BAD) else SIZES)
        return self.dice.choice((0, 1, 5, 2**31 - 1, -3))

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share


def literal(type_: Any, value: Any) -> str:
    """Write a value as it stands in a document."""
    kind = graphql.get_nullable_type(type_)
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(literal(kind.of_type, each) for each in value)}]"
    if isinstance(value, dict):
        fields = (f"{name}: {literal(kind.fields[name].type, each)}" for name, each in value.items())
        return f"{{{', '.join(fields)}}}"
    if graphql.is_enum_type(kind):
        return str(value)
    return print_string(value) if isinstance(value, str) else json.dumps(value)
