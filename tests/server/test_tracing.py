"""One span an operation, without a variable; nothing at all where no collector is named."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from domain.errors import Forbidden, Refused
from resolvers import answered
from server.graphql.documents import Documents
from server.observability import requests
from server.observability.requests import RequestLines
from server.observability.traced import TracedExecutor
from server.observability.tracing import NO_SPAN, NoTracing, OpenTelemetry, tracing_to

TRACE = "0af7651916cd43dd8448eb211c80319c"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str) -> str:
        return name


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(exporter) -> OpenTelemetry:
    return OpenTelemetry(exporter, version="1.2.3")


def test_an_operation_is_one_span_with_its_name_kind_door_and_request(tracing, exporter):
    with tracing.operation("Reserve", "mutation", door="REST", request_id="req_1"):
        pass
    tracing.close()

    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind, span.status.status_code) == (
        "mutation Reserve",
        SpanKind.SERVER,
        StatusCode.UNSET,
    )
    assert dict(span.attributes) == {
        "graphql.operation.name": "Reserve",
        "graphql.operation.type": "mutation",
        "interline.door": "REST",
        "interline.request_id": "req_1",
    }
    assert span.resource.attributes["service.name"] == "interline"
    assert span.resource.attributes["service.version"] == "1.2.3"


def test_a_refusal_is_noted_and_a_failure_of_ours_is_an_error(tracing, exporter):
    for codes in (["SOLD_OUT"], ["INTERNAL"]):
        with tracing.operation("Reserve", "mutation", door="WS", request_id="r") as span:
            span.end_with(codes)
    tracing.close()

    refused, failed = exporter.get_finished_spans()
    assert (refused.attributes["interline.codes"], refused.status.status_code) == (
        ("SOLD_OUT",),
        StatusCode.UNSET,
    )
    assert (failed.attributes["interline.codes"], failed.status.status_code) == (
        ("INTERNAL",),
        StatusCode.ERROR,
    )


def test_an_exception_marks_the_span_and_its_words_stay_out_of_it(tracing, exporter):
    with (
        pytest.raises(ValueError, match="mei"),
        tracing.operation("Reserve", "mutation", door="REST", request_id="r"),
    ):
        raise ValueError("mei@example.com")
    tracing.close()

    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert "mei" not in span.to_json()


def test_the_caller_s_trace_goes_on(tracing, exporter):
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with tracing.operation("Q", "query", door="GRAPHQL", request_id="r", headers=headers):
        pass
    with tracing.operation("Q", "query", door="GRAPHQL", request_id="r", headers={"traceparent": "nonsense"}):
        pass
    tracing.close()

    continued, fresh = exporter.get_finished_spans()
    assert f"{continued.context.trace_id:032x}" == TRACE
    assert fresh.parent is None
    assert json.loads(continued.to_json())["parent_id"] == "0xb7ad6b7169203331"


@dataclass
class Answering:
    """An executor that answers what it is told to."""

    result: ExecutionResult

    async def run(self, *_: object) -> ExecutionResult:
        answered.tell("SOLD_OUT")
        return self.result

    async def told(self, *_: object) -> None:
        """Tell no events."""


async def silence(*_: object) -> Any:
    return {}


@pytest.mark.anyio
async def test_an_executor_s_operations_are_traced_without_variables_or_answers(tracing, exporter):
    schema = strawberry.Schema(query=Query)
    prepared = Documents(schema._schema).prepare("query Q($secret: String!) { hello(name: $secret) }")
    errors = [
        GraphQLError("m", original_error=Refused(Forbidden("mei"))),
        GraphQLError("m", original_error=KeyError("mei")),
        GraphQLError("mei"),
    ]

    async def app(scope, receive, send):
        requests.note(operation="Hello", request_id="req_7")
        executor = TracedExecutor(Answering(ExecutionResult({"hello": "mei"}, errors)), tracing)
        await executor.run(prepared, None, {"secret": "mei"}, None)

    scope = {
        "type": "http",
        "path": "/graphql",
        "headers": [(b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode())],
    }
    await RequestLines(app)(scope, silence, silence)
    tracing.close()

    (span,) = exporter.get_finished_spans()
    assert (span.name, f"{span.context.trace_id:032x}") == ("query Hello", TRACE)
    assert span.attributes["interline.door"] == "GRAPHQL"
    assert span.attributes["interline.request_id"] == "req_7"
    assert span.attributes["interline.codes"] == ("FORBIDDEN", "INTERNAL", "BAD_USER_INPUT", "SOLD_OUT")
    assert "mei" not in span.to_json()


def test_without_a_collector_nothing_is_traced():
    tracing = tracing_to("", version="1")

    assert isinstance(tracing, NoTracing)
    with tracing.operation("Q", "query", door="WS", request_id="r") as span:
        assert span is NO_SPAN
        span.end_with(["INTERNAL"])
    tracing.close()
