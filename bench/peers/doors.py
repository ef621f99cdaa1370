"""The limit behind our doors: the product as it is, with the statements by hand in the executor's place.

What it takes less than ours is what the graph costs: choosing, calling resolvers, deciding what the caller may see.
`python -m bench.peers.doors` serves it on any free port, in the environment of a running api, and tells its port in
one line of JSON.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import graphql
import orjson
from graphql import ExecutionResult
from starlette.types import ASGIApp

from bench.peers.limit_sql import statement_for
from bench.peers.operations import OPERATIONS
from db.session import Sessions
from server.app import Api, application
from server.observability import logging
from server.ports import listen
from server.settings import Settings
from server.up import UVICORN

BEFORE, AFTER = len(b'{"data":'), len(b"}")
"""What stands around the data in the answers of the statements."""


class ByHand:
    """Fits the engine's `Executor`: runs one statement, and looks at nothing else."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._names = {_name_in(operation.text): operation.name for operation in OPERATIONS}

    def register(self, _: object) -> None:
        """Take no notice of the registered operations: nobody asks for them."""

    async def run(
        self, prepared: Any, name: str | None, variables: Mapping[str, Any], _: object
    ) -> ExecutionResult:
        operation = self._names[prepared.operation(name).name]
        statement = statement_for(operation, dict(variables))
        # As bytes, like our own statements' answers.
        sql = f"SELECT convert_to(({statement.sql}), 'UTF8')"
        records = await self._sessions.fetch(sql, statement.arguments(dict(variables)))
        data: Any = orjson.Fragment(records[0][0][BEFORE:-AFTER])
        return ExecutionResult(data, None)


class ApiByHand(Api):
    """The product's api with another executor."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.executor = ByHand(self.sessions)  # type: ignore[assignment] # it does what is asked of it here


def create_app() -> ASGIApp:
    """Build the application."""
    settings = Settings()
    logging.configure(settings.log_format)
    return application(ApiByHand(settings))


def _name_in(text: str) -> str | None:
    definition = graphql.get_operation_ast(graphql.parse(text))
    return definition.name.value if definition and definition.name else None


def main() -> None:
    """Serve until told to stop."""
    listening = listen(0)
    sys.stdout.write(json.dumps({"port": listening.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    # Nobody reads on: the lines of the requests go where the errors go.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.set_inheritable(listening.fileno(), True)  # noqa: FBT003 - the standard library's own
    options = [
        "bench.peers.doors:create_app" if each == "server.app:create_app" else each for each in UVICORN
    ]
    # In our place: whoever measures us looks at our process id.
    os.execv(sys.executable, [sys.executable, "-m", *options, "--fd", str(listening.fileno())])  # noqa: S606


if __name__ == "__main__":
    main()
