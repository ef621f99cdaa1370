"""Structured logs: JSON for machines, colours for people, the same for our lines and our libraries'."""

import logging
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from server.observability.redaction import redact

UVICORN_ARGUMENTS: Mapping[str, Any] = {"log_config": None, "access_log": False}
"""For `uvicorn.run`: it logs through us, and `requests.py` writes the line a request gets."""
QUIET = ("uvicorn.access", "httpx", "httpcore", "httpx2", "opentelemetry")

CONTROL_CHARACTERS = {code: f"\\x{code:02x}" for code in (*range(32), 127) if chr(code) not in "\n\t"}


def configure(log_format: str, *, stream: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Send every log line of this process to `stream`: "json", one object a line, or anything else for people."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_colours,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        last.append(structlog.processors.JSONRenderer(serializer=_json))
    else:
        last += [_without_control_characters, structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
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


def _json(event: EventDict, **_: object) -> str:
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
