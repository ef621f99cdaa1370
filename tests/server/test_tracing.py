"""One span an operation, without a variable; nothing at all where no collector is named."""

import json

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from server.observability.tracing import NO_SPAN, NoTracing, OpenTelemetry, tracing_to

TRACE = "0af7651916cd43dd8448eb211c80319c"


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


def test_without_a_collector_nothing_is_traced():
    tracing = tracing_to("", version="1")

    assert isinstance(tracing, NoTracing)
    with tracing.operation("Q", "query", door="WS", request_id="r") as span:
        assert span is NO_SPAN
        span.end_with(["INTERNAL"])
    tracing.close()
