"""The problems a call can answer, as OpenAPI responses: one a status, with the codes and facts of each."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from graphql import GraphQLObjectType, get_named_type

from domain import errors
from server.problems import (
    INTERNAL,
    MEDIA_TYPE,
    STATUS_OF,
    TIMEOUT,
    UNAVAILABLE,
    Problem,
    problem_body,
    title_of,
)
from server.rest import refusals
from server.rest.names import snake_case
from server.rest.openapi_types import Components, Schema, object_schema
from server.rest.plans import WITH_BODY, Plan
from server.rest.unions import RefusalShape

ALWAYS: tuple[type[errors.Refusal], ...] = (
    refusals.UnknownParameter,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.InvalidInput,
    errors.RateLimited,
)
WITH_A_BODY: tuple[type[errors.Refusal], ...] = (
    refusals.MalformedBody,
    refusals.BodyTooLarge,
    refusals.UnsupportedMediaType,
)
OURS = (INTERNAL, UNAVAILABLE, TIMEOUT)
"""Not the caller's doing; any call can end so."""

REQUEST_ID = "req_5f2c1b7a9d3e4f60a1b2c3d4"
"""In examples."""

REPEATED = frozenset({"why"})
"""Facts that only repeat the sentence, and are left out of problems."""

PROBLEM: Schema = {
    **object_schema(
        {
            "type": {"type": "string", "format": "uri", "description": "Where the code is explained."},
            "title": {"type": "string", "description": "The code in words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {"type": "string", "description": "One sentence for a person."},
            "instance": {"type": "string", "description": "The path that was called."},
            "code": {"type": "string", "description": "Stable; switch on it."},
            "hint": {"type": "string", "description": "What an integrator can do about it."},
            "request_id": {"type": "string", "description": "Name it when you ask us."},
        },
        ["type", "title", "status", "detail", "instance", "code", "request_id"],
    ),
    "description": "A problem (RFC 9457). Further members are the facts of its code.",
}

HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Which credential is wanted."}},
    429: {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the call would pass."}
    },
}


def problem_responses(
    plan: Plan, components: Components, examples: Mapping[str, Problem], public_url: str
) -> dict[str, Schema]:
    """Return the responses of everything that can be answered instead of the success, by status."""
    components.add("Problem", PROBLEM, otherwise="ProblemOfAnyCode")
    found = {each.code: _of_union(each, components) for each in plan.refusals.values()}
    generic = [*ALWAYS, *(WITH_A_BODY if plan.rest.method in WITH_BODY else ())]
    if plan.may_be_missing:
        generic.append(errors.NotFound)
    for each in generic:
        found.setdefault(each.code, _of_class(each, components))
    for code in OURS:
        found[code] = _schema(title_of(code), code, {}, components)
    by_status: dict[int, list[str]] = {}
    for code in sorted(found):
        by_status.setdefault(STATUS_OF[code], []).append(code)
    shown = {
        code: problem_body(each, public_url=public_url, instance=plan.rest.path, request_id=REQUEST_ID)
        for code, each in examples.items()
    }
    return {
        str(status): _response(status, {code: found[code] for code in codes}, shown)
        for status, codes in sorted(by_status.items())
    }


def _response(status: int, schemas: dict[str, Schema], examples: Mapping[str, Schema]) -> Schema:
    content: Schema = {
        "schema": {"oneOf": list(schemas.values())} if len(schemas) > 1 else next(iter(schemas.values()))
    }
    if shown := {code: {"value": examples[code]} for code in schemas if code in examples}:
        content["examples"] = shown
    response: Schema = {
        "description": ", ".join(title_of(code) for code in schemas) + ".",
        "content": {MEDIA_TYPE: content},
    }
    return response | {"headers": HEADERS[status]} if status in HEADERS else response


def _of_union(shape: RefusalShape, components: Components) -> Schema:
    facts = {}
    for name, field in shape.type.fields.items():
        if snake_case(name) not in shape.facts:
            # Of the sentence, or too deep for a problem.
            continue
        named = get_named_type(field.type)
        if isinstance(named, GraphQLObjectType):
            inside = {
                snake_case(each): components.output(leaf.type, {}, shape.code, is_nullable=False)
                for each, leaf in named.fields.items()
            }
            ref = components.add(
                named.name, object_schema(inside, list(inside)), otherwise=f"{named.name}Fact"
            )
            facts[snake_case(name)] = {"type": "array", "items": ref}
        else:
            facts[snake_case(name)] = components.output(field.type, {}, shape.code, is_nullable=False)
    return _schema(shape.type.name, shape.code, _as_told(facts), components, shape.type.description)


def _of_class(refusal: type[errors.Refusal], components: Components) -> Schema:
    hints = get_type_hints(refusal)
    facts = {each.name: _fact(hints[each.name]) for each in fields(refusal) if each.name not in REPEATED}
    return _schema(refusal.__name__, refusal.code, _as_told(facts), components, refusal.__doc__)


def _as_told(facts: dict[str, Schema]) -> dict[str, Schema]:
    """Return facts by the names problems tell them by (`problem_body`)."""
    if "retry_after_seconds" not in facts:
        return facts
    others = {name: fact for name, fact in facts.items() if name != "retry_after_seconds"}
    return others | {"retry_after": facts["retry_after_seconds"] | {"description": "Seconds to wait."}}


def _fact(hint: object) -> Schema:
    if hint is int:
        return {"type": "integer", "format": "int32"}
    if hint is str:
        return {"type": "string"}
    if hint == tuple[str, ...]:
        return {"type": "array", "items": {"type": "string"}}
    raise TypeError(f"a fact of type {hint} has no schema yet")


def _schema(
    name: str, code: str, facts: dict[str, Schema], components: Components, about: str | None = None
) -> Schema:
    own = object_schema(
        {"code": {"type": "string", "enum": [code]}, **dict(sorted(facts.items()))}, ["code", *sorted(facts)]
    )
    schema: Schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, own]}
    if about:
        schema["description"] = about.strip()
    name = name.replace(" ", "")
    return components.add(f"{name}Problem", schema, otherwise=f"{name}ProblemOfCode")
