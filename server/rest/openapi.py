"""The OpenAPI 3.0.3 document: everything in it follows from the operations and the graph's schema.

Written once, at start. Besides the calls it has what is true of all of them: credentials, paging,
idempotency, how amounts and times are written.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLInputObjectType, get_named_type
from graphql.language import ast

from server.graphql.admission import KEY_AUDIENCE, PUBLIC_AUDIENCE, SEARCH_AUDIENCE
from server.problems import Problem
from server.rest.annotations import NO_CONTENT
from server.rest.examples import Example, read_examples, read_problems
from server.rest.inputs import HEADER_OF, Member
from server.rest.names import words
from server.rest.openapi_problems import problem_responses
from server.rest.openapi_types import Components, Schema, callers_word, described
from server.rest.plans import Plan
from server.rest.selections import Selected
from server.rest.unions import is_refusal

VERSION = "1.0.0"
"""Of the API: the first number changes when a caller would have to change something."""

ABOUT = """\
Sell real inventory: look up availability, hold units, turn the hold into an order, hand out its tickets.

**Credentials.** Send your API key as `Authorization: Bearer …` or as `X-API-Key`. A key is for TEST or for \
LIVE, and the two never meet. What people do for their partner (`/api/partners/…`) takes their token instead.

**Values.** Times are ISO 8601 in UTC, days are `YYYY-MM-DD`, amounts are decimal strings in the currency \
beside them. Ids are strings; where you send one, a number means its digits (`106` is `"106"`). Members and \
parameters that are not known are refused, so that a typo is never silently ignored.

**Repeating a call.** Send an `Idempotency-Key` with every POST: the same key with the same request gets the \
first answer again, with another request 409.

**Lists** answer `limit` rows; pass their `next` as `after` for more, it is null on the last page.

**Problems** are `application/problem+json` (RFC 9457). Switch on `code`; the facts are further members. \
Ignore members you do not know."""

COMMON = {
    "checkout_id": "The purchase, as `book` told it.",
    "order_id": "The booking.",
    "token": "The purchase's secret, which was told once.",
    "after": "The `next` of the page before.",
    "id": "The object's id, as an answer gave it.",
    "idempotency_key": "Your own name for this request, 1 to 255 characters.",
    "limit": "How many rows to answer.",
    "link_id": "Of this link alone.",
    "locale": "The language of names: `en`, `it`, `zh-HK`.",
    "code": "The ticket's code.",
    "date": "For this day.",
    "from": "The first day.",
    "include_customer": "Whether to answer the customer's details; needs the right to personal data.",
    "status": "Only those of this status.",
    "to": "The last day, included.",
    "partner_id": "Which of your partners; without it the only one you are of.",
    "product_id": "The product's SKU.",
}
"""What the graph does not say of its arguments."""

TAGS = {
    "Inventory": "What can be sold now.",
    "Reservations": "Holds on units, and what becomes of them.",
    "Orders": "Confirmed sales.",
    "Tickets": "One unit each: use them, void them.",
    "Webhooks": "Being told what happens, signed as Standard Webhooks says.",
    "Reports": "How you did, and how we served you.",
    "Coupons": "Codes that take something off an order. Called by people, with a token.",
    "Affiliates": "Links that lead buyers here, and what they earn. Called by people, with a token.",
    "Partners": "Coming in, and saying who you are. Called by people, with a token.",
}


@dataclass(frozen=True, slots=True)
class Description:
    """The document as it is served."""

    document: Schema
    body: bytes
    etag: str

    @classmethod
    def of(cls, plans: Sequence[Plan], *, public_url: str, examples_in: Path) -> "Description":
        """Write the document, with the examples in a directory an audience.

        Raises KeyError for a scalar whose form is not written down.
        """
        examples: dict[str, Example] = {}
        problems: dict[str, Problem] = {}
        for audience in sorted({plan.audience for plan in plans}):
            names = [plan.name for plan in plans if plan.audience == audience]
            examples |= read_examples(examples_in / audience, names)
            problems |= read_problems(examples_in / audience)
        document = Writer(public_url, examples, problems).document(plans)
        body = orjson.dumps(document)
        return cls(document, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


class Writer:
    """Collects paths and components."""

    def __init__(
        self, public_url: str, examples: Mapping[str, Example], problems: Mapping[str, Problem]
    ) -> None:
        self._public_url = public_url
        self._examples = examples
        self._problems = problems
        self._components = Components()

    def document(self, plans: Sequence[Plan]) -> Schema:
        paths: dict[str, Schema] = {}
        for plan in sorted(plans, key=_in_reading_order):
            paths.setdefault(plan.rest.path, {})[plan.rest.method.lower()] = self._call(plan)
        tags = dict.fromkeys([*TAGS, *(plan.rest.tag for plan in plans)])
        return {
            "openapi": "3.0.3",
            "info": {"title": "Interline API", "version": VERSION, "description": ABOUT},
            "servers": [{"url": self._public_url}],
            "tags": [described({"name": tag}, TAGS.get(tag)) for tag in tags],
            "security": [{"bearer": []}, {"apiKey": []}],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(self._components.schemas.items())),
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key or a token."},
                    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                    "token": {"type": "http", "scheme": "bearer", "description": "A person's token; no key."},
                },
            },
        }

    def _call(self, plan: Plan) -> Schema:
        example = self._examples.get(plan.name, Example())
        about = {**COMMON, **{name: text for name, text in _descriptions(plan.root) if text}}
        call: Schema = {
            "operationId": plan.name[0].lower() + plan.name[1:],
            "tags": [plan.rest.tag],
            "summary": words(plan.name).capitalize(),
            "description": plan.about.strip(),
        }
        if parameters := list(self._parameters(plan, example, about)):
            call["parameters"] = parameters
        if plan.inputs.body:
            call["requestBody"] = self._body(plan, example, about)
        if plan.audience == PUBLIC_AUDIENCE:
            call["security"] = [{}, {"token": []}]
        elif plan.audience == SEARCH_AUDIENCE:
            call["security"] = [{}, {"bearer": []}, {"apiKey": []}]
        elif plan.audience != KEY_AUDIENCE:
            call["security"] = [{"token": []}]
        call["responses"] = {
            str(plan.rest.success): self._success(plan, example),
            **problem_responses(plan, self._components, self._problems, self._public_url),
        }
        return call

    def _parameters(self, plan: Plan, example: Example, about: Mapping[str, str]) -> Iterator[Schema]:
        groups = (
            ("path", plan.inputs.path),
            ("query", plan.inputs.query.values()),
            ("header", plan.inputs.headers),
        )
        for place, members in groups:
            for each in members:
                yield self._parameter(place, each, example, about)

    def _parameter(self, place: str, member: Member, example: Example, about: Mapping[str, str]) -> Schema:
        schema = self._components.input(member)
        # A parameter is absent, never null.
        schema.pop("nullable", None)
        if "enum" in schema:
            schema["enum"] = [each for each in schema["enum"] if each is not None]
        parameter = described(
            {"name": HEADER_OF.get(member.name, member.name), "in": place}, about.get(member.name)
        )
        parameter |= {"required": place == "path" or member.is_required, "schema": schema}
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        if member.name in example.parameters:
            parameter["example"] = example.parameters[member.name]
        return parameter

    def _body(self, plan: Plan, example: Example, about: Mapping[str, str]) -> Schema:
        content: Schema = {"schema": self._components.members(plan.inputs.body, about)}
        if example.request is not None:
            content["example"] = example.request
        is_required = any(each.is_required for each in plan.inputs.body.values())
        return {"required": is_required, "content": {"application/json": content}}

    def _success(self, plan: Plan, example: Example) -> Schema:
        if plan.rest.success == NO_CONTENT:
            return {"description": "Done. No body."}
        schema = self._components.answer(_answered(plan.answered), _answer_name(plan.answered), plan.name)
        content: Schema = {"schema": schema}
        if example.answer is not None:
            content["example"] = example.answer
        response: Schema = {"description": "As asked.", "content": {"application/json": content}}
        if plan.rest.location:
            location = {"schema": {"type": "string"}, "description": "The path of what was made."}
            response["headers"] = {"Location": location}
        return response


def _in_reading_order(plan: Plan) -> tuple[int, str, str]:
    tags = list(TAGS)
    place = tags.index(plan.rest.tag) if plan.rest.tag in tags else len(tags)
    return place, plan.rest.path, plan.rest.method


def _answered(root: Selected) -> Mapping[str, Selected]:
    """Return what a success's body is made of: null in the place of the one object is a 404, no success."""
    return root.inside if root.is_flattened else {root.name: root}


def _answer_name(root: Selected) -> str:
    """Return `Reservation`, `ReservationList`, or for a mutation the type of its success."""
    named = get_named_type(root.type)
    members = [each.name for each in getattr(named, "types", ()) if not is_refusal(each)]
    name = "Or".join(members) or named.name
    if name.endswith("Connection"):
        return callers_word(name.removesuffix("Connection")) + "List"
    return callers_word(name)


def _descriptions(selected: Selected) -> Iterator[tuple[str, str | None]]:
    """Yield what the graph says of the arguments and input fields, by the variables they get."""
    for argument in selected.node.arguments or ():
        definition = selected.definition.args.get(argument.name.value)
        if definition is not None:
            yield from _described_value(argument.value, definition.type, definition.description)
    for each in selected.inside.values():
        yield from _descriptions(each)


def _described_value(
    value: ast.ValueNode, type_: Any, description: str | None
) -> Iterator[tuple[str, str | None]]:
    named = get_named_type(type_)
    if isinstance(value, ast.VariableNode):
        yield value.name.value, description
    elif isinstance(value, ast.ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
        for field in value.fields:
            definition = named.fields[field.name.value]
            yield from _described_value(field.value, definition.type, definition.description)
