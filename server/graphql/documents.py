"""Documents made ready once: parsed, measured, validated, their costs planned."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from domain.errors import Refused
from server.graphql.answers import MAX_ERRORS, Presented
from server.graphql.cost import CostPlan, plan_costs
from server.graphql.errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    RejectedError,
    client_error,
    document_answer,
    presented,
    refusal_error,
)
from server.graphql.fragments import operations_of
from server.graphql.limits import Limits, survey
from server.graphql.refusals import OperationUnknown
from server.graphql.sharing import StreamPlan, plan_stream

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
"""The specification's, and those Strawberry adds for its own kinds of input."""

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000
"""Comparisons of fields that may have to be merged: the one part of validation that grows with the square of
a document. graphql-core reads it when a validation starts, and counts to 500,000 by itself, which is more
than a second for 10 kB of repeated fields. A field repeated twenty times needs a thousand; none of our
registered operations needs any."""

KEPT_CHARACTERS = 250_000
"""Of all ad-hoc texts that are kept ready. A parsed document takes some two hundred times its text."""
REFUSED_WEIGHT = 1_000
"""What a refused text counts among them: only its errors are kept."""


SHORT_TEXT = 2_000
"""Characters; callers of one kind send the same short texts all the time."""


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return (_digest_of_short if len(text) <= SHORT_TEXT else _digest_of)(text)


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_digest_of_short = lru_cache(maxsize=500)(_digest_of)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedOperation:
    """One operation of a document."""

    name: str | None
    kind: OperationType
    definition: OperationDefinitionNode
    costs: CostPlan
    stream: StreamPlan

    @property
    def variable_names(self) -> frozenset[str]:
        return frozenset(each.variable.name.value for each in self.definition.variable_definitions or ())


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A document that may be run any number of times; shared by all callers, so it holds nothing of them."""

    document: DocumentNode
    operations: tuple[PreparedOperation, ...]
    introspects: bool

    def operation(self, name: str | None) -> PreparedOperation:
        """Return the operation of this name, or the only one. Refuses: OperationUnknown."""
        if name is None:
            if len(self.operations) == 1:
                return self.operations[0]
            raise Refused(
                OperationUnknown("Send the operationName: the document does not have one operation.")
            )
        found = next((each for each in self.operations if each.name == name), None)
        if found is None:
            raise Refused(OperationUnknown("The document has no operation of that name."))
        return found


class Documents:
    """Prepares texts, and remembers the last ones, good and bad. One per process."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits | None = None, *, kept_characters: int = KEPT_CHARACTERS
    ) -> None:
        self.schema = schema
        self.limits = limits or Limits()
        self._kept_characters = kept_characters
        self._characters = 0
        self._kept: OrderedDict[str, tuple[int, Prepared | Sequence[Presented]]] = OrderedDict()

    def prepare(self, text: str) -> Prepared:
        """Return the text made ready. Raises RejectedError with its errors."""
        key = digest_of(text)
        kept = self._kept.get(key)
        if kept is None:
            outcome = self._outcome(text)
            self._keep(key, len(text) if isinstance(outcome, Prepared) else REFUSED_WEIGHT, outcome)
        else:
            self._kept.move_to_end(key)
            outcome = kept[1]
        if isinstance(outcome, Prepared):
            return outcome
        raise RejectedError(document_answer(outcome))

    def _outcome(self, text: str) -> Prepared | Sequence[Presented]:
        try:
            return prepare(self.schema, self.parse(text), self.limits)
        except RejectedError as rejected:
            return rejected.answer.errors

    def parse(self, text: str) -> DocumentNode:
        """Parse a text within the limits. Raises RejectedError."""
        try:
            document = parse(
                text,
                max_tokens=self.limits.tokens,
                max_comments=self.limits.tokens,
                max_source_length=self.limits.characters,
            )
        except GraphQLError as error:
            raise RejectedError(document_answer([client_error(error, PARSE_FAILED)])) from None
        if "\\u" in text:
            refuse_null_characters(document)
        return document

    def _keep(self, key: str, weight: int, outcome: Prepared | Sequence[Presented]) -> None:
        self._kept[key] = (weight, outcome)
        self._characters += weight
        while self._characters > self._kept_characters:
            _, (dropped, _) = self._kept.popitem(last=False)
            self._characters -= dropped


def prepare(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> Prepared:
    """Measure, validate and plan a parsed document, in this order: see `limits`. Raises RejectedError."""
    found = survey(document, limits)
    if found.exceeded:
        raise RejectedError(document_answer([refusal_error(each) for each in found.exceeded]))
    # One less than we answer: graphql-core adds one that says it stopped.
    errors = validate(schema, document, RULES, max_errors=MAX_ERRORS - 1, hide_suggestions=True)
    if errors:
        raise RejectedError(document_answer([client_error(each, VALIDATION_FAILED) for each in errors]))
    try:
        plans = plan_costs(schema, document, limits.page)
    except Refused as refused:
        raise RejectedError(document_answer([refusal_error(refused.reason)])) from None
    operations = tuple(
        PreparedOperation(
            name=definition.name.value if definition.name else None,
            kind=definition.operation,
            definition=definition,
            costs=plans[definition],
            stream=plan_stream(schema, document, definition),
        )
        for definition in operations_of(document)
    )
    return Prepared(document, operations, found.introspects)


class NullCharacters(Visitor):
    """Looks for texts with U+0000, which PostgreSQL does not store."""

    found = False

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        self.found |= "\0" in node.value


def refuse_null_characters(document: DocumentNode) -> None:
    visitor = NullCharacters()
    visit(document, visitor)
    if visitor.found:
        raise RejectedError(document_answer([presented("Texts can not contain U+0000.", VALIDATION_FAILED)]))
