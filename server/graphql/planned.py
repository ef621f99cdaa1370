"""An operation between its admission and its run."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import OperationType

from permissions.viewer import Viewer
from server.graphql.documents import Prepared, PreparedOperation


@dataclass(slots=True)
class Planned:
    """An operation its caller may run now, and has paid for."""

    prepared: Prepared
    operation: PreparedOperation
    label: str
    variables: Mapping[str, object]
    viewer: Viewer
    request_id: str
    extensions: Mapping[str, object]

    @property
    def is_subscription(self) -> bool:
        return self.operation.kind is OperationType.SUBSCRIPTION
