"""The door of a demo's calendar file: whoever has its link gets the file as it is now, and nothing else."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from db.session import Sessions
from domain.calendar_entries import FILE_NAME, MEDIA_TYPE, CalendarEntry
from domain.errors import NotFound, Refused
from domain.signed_links import MaySeeDemo, allowed_by, attachment
from integrations.calendar.local import CALENDARS_PATH
from server.calendars import calendar_of
from server.keys import Keys
from server.middleware.request_ids import request_id_of
from server.outages import is_outage
from server.problems import OUTAGE, Problem, problem_of, problem_response
from server.settings import Settings
from services import arrangements
from services.ports import Calendar


class CalendarDoor:
    """The door. `secret` is under every link."""

    def __init__(
        self,
        sessions: Sessions,
        calendar: Calendar,
        *,
        secret: bytes,
        public_url: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._sessions = sessions
        self._calendar = calendar
        self._secret = secret
        self._public_url = public_url
        self._clock = clock

    async def fetch(self, request: Request) -> Response:
        """Give the file of a demo as it is now: moved since the link was made, it has the newer time and SEQUENCE."""
        try:
            entry = await self._entry(request.path_params["token"])
        except Refused as refused:
            return self._refuse(request, problem_of(refused.reason))
        except Exception as failure:
            if not is_outage(failure):
                raise
            return self._refuse(request, OUTAGE)
        headers = {
            "Content-Type": f"{MEDIA_TYPE}; charset=utf-8; method={entry.method.value}",
            "Content-Disposition": attachment(FILE_NAME),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(self._calendar.file_of(entry), headers=headers)

    async def _entry(self, token: str) -> CalendarEntry:
        allowed = allowed_by(self._secret, MaySeeDemo, token, now=self._clock())
        async with self._sessions.read() as session:
            entry = await arrangements.entry_for(session, UUID(allowed.introduction), self._calendar)
        if entry is None:
            raise Refused(NotFound(noun="demo", id=""))
        return entry

    def _refuse(self, request: Request, problem: Problem) -> Response:
        return problem_response(
            problem,
            public_url=self._public_url,
            # The path itself is the right to the file: it is not told again.
            instance=CALENDARS_PATH,
            request_id=request_id_of(request.scope),
        )


def calendar_routes(
    sessions: Sessions, settings: Settings, keys: Keys, *, clock: Callable[[], dt.datetime]
) -> list[BaseRoute]:
    """Return the door of a deployment."""
    door = CalendarDoor(
        sessions,
        calendar_of(settings, keys),
        secret=keys.links,
        public_url=settings.public_url,
        clock=clock,
    )
    return [Route(f"{CALENDARS_PATH}/{{token}}", door.fetch, methods=["GET"])]
