"""Types of the graph as JSON schemas of OpenAPI 3.0, where null is `nullable` and a `$ref` stands alone."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLType,
    Undefined,
    get_named_type,
    is_composite_type,
)

from db.paging import MAX_PAGE
from server.rest.inputs import Member, members_of
from server.rest.selections import Selected

Schema = dict[str, Any]

CALLERS_WORDS = {"Allotment": "Availability", "Booking": "Order"}
"""What resellers call a type of the graph."""

SCALARS: dict[str, Schema] = {
    "Boolean": {"type": "boolean"},
    "CurrencyCode": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "HKD"},
    "Date": {"type": "string", "format": "date", "example": "2026-12-24"},
    "DateTime": {"type": "string", "format": "date-time", "example": "2026-12-24T09:30:00.000Z"},
    "Decimal": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "288.00"},
    "Float": {"type": "number"},
    "ID": {"type": "string"},
    "Int": {"type": "integer", "format": "int32"},
    "JSON": {},
    "String": {"type": "string"},
}
"""A scalar that is not here stops the start: its form has to be written down first."""


class Components:
    """The named schemas of the document; equal ones are one, whoever uses them."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def add(self, name: str, schema: Schema, *, otherwise: str) -> Schema:
        """Keep a schema under its name, or under another where the name means something else already."""
        for candidate in (name, otherwise):
            if self.schemas.setdefault(candidate, schema) == schema:
                return {"$ref": f"#/components/schemas/{candidate}"}
        raise ValueError(f"two schemas are called {otherwise}")

    def answer(self, inside: Mapping[str, Selected], name: str, operation: str) -> Schema:
        """Keep the schema of the object that has these members after flattening."""
        return self.add(name, self._object(inside, operation), otherwise=f"{name}Of{operation}")

    def input(self, member: Member) -> Schema:
        """Return the schema of one value a caller sends."""
        schema = self._input(member.type)
        if member.is_page_size:
            schema |= {"minimum": 1, "maximum": MAX_PAGE}
        if member.default is not Undefined and member.default is not None and "$ref" not in schema:
            schema["default"] = member.default
        return schema

    def members(self, members: Mapping[str, Member], descriptions: Mapping[str, str | None]) -> Schema:
        """Return the schema of an object with these members and no others."""
        return object_schema(
            {name: described(self.input(each), descriptions.get(name)) for name, each in members.items()},
            required=[name for name, each in members.items() if each.is_required],
        ) | {"additionalProperties": False}

    def leaf(self, type_: GraphQLLeafType) -> Schema:
        """Return the schema of an enum or a scalar."""
        if isinstance(type_, GraphQLEnumType):
            return self.add(type_.name, enum_schema(type_), otherwise=f"{type_.name}Name")
        return dict(SCALARS[type_.name])

    def output(
        self, type_: GraphQLType, inside: Mapping[str, Selected], operation: str, *, is_nullable: bool
    ) -> Schema:
        """Return the schema of a value in an answer."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        else:
            is_nullable = True
        if isinstance(type_, GraphQLList):
            items = self.output(type_.of_type, inside, operation, is_nullable=False)
            return (
                nullable({"type": "array", "items": items})
                if is_nullable
                else {"type": "array", "items": items}
            )
        if is_composite_type(type_):
            if is_nullable:
                return nullable(self._object(inside, operation))
            return self.answer(inside, callers_word(type_.name), operation)
        named = get_named_type(type_)
        if is_nullable and isinstance(named, GraphQLEnumType):
            return nullable(enum_schema(named))
        schema = self.leaf(named)  # type: ignore[arg-type] # what has no fields is a leaf
        return nullable(schema) if is_nullable else schema

    def _object(self, inside: Mapping[str, Selected], operation: str) -> Schema:
        properties: dict[str, Schema] = {}
        required: list[str] = []
        self._collect(inside, operation, properties, required, is_nullable=False)
        return object_schema(properties, required)

    def _collect(
        self,
        inside: Mapping[str, Selected],
        operation: str,
        properties: dict[str, Schema],
        required: list[str] | None,
        *,
        is_nullable: bool,
    ) -> None:
        for name, selected in inside.items():
            kept = None if selected.is_conditional else required
            if selected.is_flattened:
                nothing = is_nullable or selected.is_nullable
                self._collect(selected.inside, operation, properties, kept, is_nullable=nothing)
                continue
            schema = self.output(selected.type, selected.inside, operation, is_nullable=is_nullable)
            properties[name] = described(schema, selected.definition.description)
            if kept is not None:
                kept.append(name)

    def _input(self, type_: GraphQLType) -> Schema:
        if isinstance(type_, GraphQLNonNull):
            return self._never_null(type_.of_type)
        if isinstance(type_, GraphQLEnumType):
            return nullable(enum_schema(type_))
        if isinstance(type_, GraphQLInputObjectType):
            return nullable(self._input_object(type_))
        return nullable(self._never_null(type_))

    def _never_null(self, type_: GraphQLType) -> Schema:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self._input(type_.of_type)}
        if isinstance(type_, GraphQLInputObjectType):
            return self.add(type_.name, self._input_object(type_), otherwise=f"{type_.name}Members")
        return self.leaf(type_)  # type: ignore[arg-type] # what is left is a leaf

    def _input_object(self, type_: GraphQLInputObjectType) -> Schema:
        members = members_of(type_)
        descriptions = {name: type_.fields[each.name].description for name, each in members.items()}
        return described(self.members(members, descriptions), type_.description)


def callers_word(type_name: str) -> str:
    return CALLERS_WORDS.get(type_name, type_name)


def object_schema(properties: dict[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    return schema | {"required": required} if required else schema


def enum_schema(type_: GraphQLEnumType) -> Schema:
    return described({"type": "string", "enum": list(type_.values)}, type_.description)


def nullable(schema: Schema) -> Schema:
    """Return the schema with null. An enum has to name it (OpenAPI 3.0.3, proposal 2019-10-31)."""
    if not schema:
        return schema
    made = {**schema, "nullable": True}
    if "enum" in schema:
        made["enum"] = [*schema["enum"], None]
    return made


def described(schema: Schema, description: str | None) -> Schema:
    """Return the schema with a description, where it may have one."""
    if not description or "$ref" in schema:
        return schema
    return {**schema, "description": description.strip()}
