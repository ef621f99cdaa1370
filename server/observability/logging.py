"""Structured logs: JSON for machines, colours for people, the same for our lines and our libraries'.

Ours are written by structlog itself, without a detour through the standard library: there is one a request.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from server.observability import requests
from server.observability.redaction import clean_text, redact
from server.observability.requests import with_request, write_by_structlog

UVICORN_ARGUMENTS: Mapping[str, Any] = {"log_config": None, "access_log": False}
"""For `uvicorn.run`: it logs through us, and `requests.py` writes the line a request gets."""
QUIET = ("uvicorn.access", "httpx", "httpcore", "httpx2", "opentelemetry", "stripe")

CONTROL_CHARACTERS = {code: f"\\x{code:02x}" for code in (*range(32), 127) if chr(code) not in "\n\t"}


with_stack = structlog.processors.StackInfoRenderer()


class Output:
    """Where one of our loggers writes: always the stream that was configured last."""

    stream: TextIO = sys.stdout
    level = logging.INFO
    bytes_of_stream: BinaryIO | None = None
    """What is under the stream, for lines that are bytes already."""
    flushed_by: asyncio.AbstractEventLoop | None = None
    """In whose next turn it will be flushed."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def write(self, line: str) -> None:
        """Write a line in one piece, and at once: the last words of a process are what is looked for."""
        self.stream.write(f"{line}\n")
        self.stream.flush()

    def write_soon(self, line: bytes) -> None:
        """Write a line that ends as lines do, together with those of the same turn of the event loop, in their order.

        There is one a request: a system call for each would cost as much as all else that is done to log it.
        """
        if self.bytes_of_stream is None:
            self.stream.write(line.decode())
            self.stream.flush()
            return
        self.bytes_of_stream.write(line)
        loop = asyncio.get_running_loop()
        if Output.flushed_by is not loop:
            Output.flushed_by = loop
            loop.call_soon(self._flush)

    @staticmethod
    def _flush() -> None:
        Output.flushed_by = None
        if Output.bytes_of_stream is not None:
            Output.bytes_of_stream.flush()

    debug = info = warning = error = critical = write


def configure(log_format: str, *, stream: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Send every log line of this process to `stream`: "json", one object a line, or anything else for people."""
    Output.stream, Output.level = stream, level
    Output.bytes_of_stream = getattr(stream, "buffer", None)
    last: list[Processor] = [redact, _stamped]
    if log_format == "json":
        last.append(_json)
    else:
        last += [_without_control_characters, structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    structlog.configure(
        processors=[with_request, _described, *last],
        logger_factory=Output,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    foreign: list[Processor] = [
        with_request,
        structlog.stdlib.ExtraAdder(),
        _without_colours,
        _described,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "arq"):
        # Libraries that made handlers or levels of their own before us: their lines go our way, once.
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.NOTSET)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def request_writer(log_format: str) -> Callable[[str, dict[str, Any]], None]:
    """Return what writes the one line of a request: as JSON, in one go, what any other line of ours would say."""
    return _write_request if log_format == "json" else write_by_structlog


def _write_request(level: str, facts: dict[str, Any]) -> None:
    if LEVELS[level] < REQUESTS.level:
        return
    for name, fact in facts.items():
        if type(fact) is str:
            facts[name] = clean_text(fact)
    facts["event"] = "request"
    facts["level"] = level
    facts["logger"] = REQUESTS.name
    facts["timestamp"] = datetime.now(UTC)
    REQUESTS.write_soon(orjson.dumps(facts, option=LINE))


REQUESTS = Output(requests.__name__)
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}
LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def _described(logger: Output | None, method: str, event: EventDict) -> EventDict:
    """Add what every line says: how bad, by whom, and where it went wrong."""
    event["level"] = method
    event["logger"] = logger.name if logger else event["_record"].name
    if "stack_info" in event:
        event = with_stack(logger, method, event)
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, method, event)
    return event


def _stamped(_: object, __: str, event: EventDict) -> EventDict:
    event["timestamp"] = f"{datetime.now(UTC).isoformat()[:-6]}Z"
    return event


def _json(_: object, __: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def _without_colours(_: object, __: str, event: EventDict) -> EventDict:
    """Uvicorn adds its message once more, in colours."""
    event.pop("color_message", None)
    return event


def _without_control_characters(_: object, __: str, event: EventDict) -> EventDict:
    """A terminal obeys what it is sent, so a logged name must not be able to speak to it."""
    return {
        key: value.translate(CONTROL_CHARACTERS) if isinstance(value, str) else value
        for key, value in event.items()
    }
