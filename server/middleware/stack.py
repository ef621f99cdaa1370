"""The middleware of the application, outermost first."""

from starlette.middleware import Middleware

from server.middleware.body_sizes import MAX_BYTES
from server.middleware.origins import Origins
from server.middleware.passage import Passage


def middleware_stack(origins: Origins, *, max_body_bytes: int = MAX_BYTES) -> list[Middleware]:
    """Return the stack."""
    return [Middleware(Passage, origins, max_body_bytes)]
