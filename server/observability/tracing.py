"""Traces, only where `otlp_endpoint` says so: one span an operation, never one a field, never a variable."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from domain.request_log import is_fault

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import StatusCode

SERVICE = "interline"


class Span(Protocol):
    """The operation that is being traced."""

    def end_with(self, codes: Sequence[str]) -> None:
        """Note the codes of the errors and refusals it ended with."""


class Tracing(Protocol):
    """Traces operations, or does not."""

    def operation(
        self, name: str, kind: str, *, door: str, request_id: str, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """Trace what happens in the block; `headers` may continue the caller's trace (`traceparent`)."""

    def close(self) -> None:
        """Send what is left. Blocks for some seconds at most: for the end of the process."""


class NoSpan:
    def end_with(self, codes: Sequence[str]) -> None: ...


NO_SPAN = NoSpan()


class NoTracing:
    """Traces nothing, at the price of a call."""

    def operation(
        self, name: str, kind: str, *, door: str, request_id: str, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        del name, kind, door, request_id, headers
        return nullcontext(NO_SPAN)

    def close(self) -> None: ...


def tracing_to(otlp_endpoint: str, *, version: str) -> Tracing:
    """Return what traces to an OTLP/HTTP collector, or nothing where the endpoint is empty."""
    if not otlp_endpoint:
        return NoTracing()
    # Imported here: who does not trace, does not pay half a second at every start.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    url = otlp_endpoint.rstrip("/")
    return OpenTelemetry(
        OTLPSpanExporter(url if url.endswith("/v1/traces") else f"{url}/v1/traces"), version=version
    )


class OpenTelemetry:
    """Traces operations to an exporter, in batches, out of the operations' way."""

    def __init__(self, exporter: "SpanExporter", *, version: str) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - as above
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
            TraceContextTextMapPropagator,
        )

        resource = Resource.create({"service.name": SERVICE, "service.version": version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(SERVICE, version)
        self._propagator = TraceContextTextMapPropagator()
        self._server_kind = SpanKind.SERVER
        self._error = StatusCode.ERROR

    @contextmanager
    def operation(
        self, name: str, kind: str, *, door: str, request_id: str, headers: Mapping[str, str] | None = None
    ) -> Iterator["OperationSpan"]:
        parent = self._propagator.extract(headers or {})
        attributes = {
            "graphql.operation.name": name,
            "graphql.operation.type": kind,
            "interline.door": door,
            "interline.request_id": request_id,
        }
        # An exception's words may hold anything: the span says that it failed, the log says how.
        with self._tracer.start_as_current_span(
            f"{kind} {name}",
            context=parent,
            kind=self._server_kind,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            traced = OperationSpan(span, self._error)
            try:
                yield traced
            except Exception:
                traced.end_with(["INTERNAL"])
                raise

    def close(self) -> None:
        self._provider.shutdown()


class OperationSpan:
    """A span of OpenTelemetry; a refusal is noted, a failure of ours is an error."""

    def __init__(self, span: "OtelSpan", error: "StatusCode") -> None:
        self._span = span
        self._error = error

    def end_with(self, codes: Sequence[str]) -> None:
        if codes:
            self._span.set_attribute("interline.codes", list(codes))
        if any(is_fault(code) for code in codes):
            self._span.set_status(self._error)
