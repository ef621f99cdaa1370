"""The doors of files kept on this machine: one file in, one file out, each by its link alone.

Files pass through piece by piece; none is ever in memory. Storage elsewhere has doors of its own.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from domain.errors import GatewayError, NotFound, Refused
from domain.signed_links import MayFetch, MaySend, allowed_by, attachment
from domain.uploads import UploadTooLarge
from integrations.storage.local import DOWNLOADS_PATH, UPLOADS_PATH
from server.headers import RequestHeaders, headers_of
from server.middleware.body_sizes import announced_bytes
from server.middleware.request_ids import request_id_of
from server.problems import OUTAGE, Problem, problem_of, problem_response
from services.ports import Storage

log = structlog.get_logger(__name__)

CLOSE = {"Connection": "close"}
"""What is still on its way of a refused file is not waited for."""


class Doors:
    """The two doors. `secret` is under every link."""

    def __init__(
        self, storage: Storage, *, secret: bytes, public_url: str, clock: Callable[[], dt.datetime]
    ) -> None:
        self._storage = storage
        self._secret = secret
        self._public_url = public_url
        self._clock = clock

    async def send(self, request: Request) -> Response:
        """Take one file in, whole or not at all; sent again, it takes the place of the one before."""
        try:
            allowed = allowed_by(self._secret, MaySend, request.path_params["token"], now=self._clock())
            check_announced(headers_of(request.scope), allowed.max_bytes)
            await self._storage.write(allowed.key, at_most(request.stream(), allowed.max_bytes))
        except Refused as refused:
            return self._refuse(request, problem_of(refused.reason), CLOSE)
        except GatewayError as failure:
            return self._fail(request, failure)
        except ClientDisconnect:
            # Nobody is there to be answered, and nothing was kept.
            return Response(status_code=400)
        return Response(status_code=204)

    async def fetch(self, request: Request) -> Response:
        """Give one file out, to be kept by whoever asks and never to be shown as a page of ours."""
        try:
            allowed = allowed_by(self._secret, MayFetch, request.path_params["token"], now=self._clock())
            size = await self._size_of(allowed)
        except Refused as refused:
            return self._refuse(request, problem_of(refused.reason))
        except GatewayError as failure:
            return self._fail(request, failure)
        headers = {
            "Content-Type": allowed.media_type,
            "Content-Length": str(size),
            "Content-Disposition": attachment(allowed.file_name),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(self._storage.read(allowed.key), headers=headers)

    async def _size_of(self, allowed: MayFetch) -> int:
        size = await self._storage.size(allowed.key)
        if size is None:
            raise Refused(NotFound(noun="file", id=allowed.file_name))
        return size

    def _refuse(
        self, request: Request, problem: Problem, headers: Mapping[str, str] | None = None
    ) -> Response:
        name = "uploads" if request.url.path.startswith(UPLOADS_PATH) else "downloads"
        return problem_response(
            problem,
            public_url=self._public_url,
            # The path itself is the right to the file: it is not told again.
            instance=f"/{name}",
            request_id=request_id_of(request.scope),
            headers=headers,
        )

    def _fail(self, request: Request, failure: GatewayError) -> Response:
        log.warning("storage_outage", request_id=request_id_of(request.scope), failure=str(failure))
        return self._refuse(request, OUTAGE)


def file_routes(
    storage: Storage, *, secret: bytes, public_url: str, clock: Callable[[], dt.datetime]
) -> list[BaseRoute]:
    """Return the doors of files that are kept on this machine."""
    doors = Doors(storage, secret=secret, public_url=public_url, clock=clock)
    return [
        Route(f"{UPLOADS_PATH}/{{token}}", doors.send, methods=["PUT"]),
        Route(f"{DOWNLOADS_PATH}/{{token}}", doors.fetch, methods=["GET"]),
    ]


def check_announced(headers: RequestHeaders, max_bytes: int) -> None:
    """Let a file in that does not say it is too large. Refuses: UploadTooLarge, before a byte of it."""
    announced = announced_bytes(headers)
    if announced is not None and announced > max_bytes:
        raise Refused(UploadTooLarge(max=max_bytes))


async def at_most(pieces: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Pass pieces on until there are more bytes than may be. Refuses: UploadTooLarge."""
    received = 0
    async for piece in pieces:
        received += len(piece)
        if received > max_bytes:
            raise Refused(UploadTooLarge(max=max_bytes))
        if piece:
            yield piece
