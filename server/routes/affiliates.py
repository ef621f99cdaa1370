"""`/r/{code}`: where affiliates send people. Leads to a page of ours, and marks a person's click."""

import datetime as dt
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from db.queries import affiliates as queries
from db.session import Sessions
from domain import clicks
from domain.affiliates import ATTRIBUTION, CODE, LinkStatus, is_target
from domain.errors import NotFound
from server.clicks import Clicks
from server.graphql.exchanges import client_of
from server.headers import headers_of
from server.middleware.request_ids import request_id_of
from server.problems import problem_of, problem_response

NEVER_KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class Redirects:
    """The door of links. `key` is under every click; `shop_url` is the one host they lead to."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        clicks: Clicks,
        key: bytes,
        shop_url: str,
        public_url: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._sessions = sessions
        self._clicks = clicks
        self._key = key
        self._shop_url = shop_url
        self._public_url = public_url
        self._clock = clock

    async def follow(self, request: Request) -> Response:
        """Lead on. Programs and what is fetched ahead are led on, too, and not counted."""
        code = request.path_params["code"].lower()
        link = None
        if CODE.fullmatch(code):
            async with self._sessions.read() as session:
                link = await queries.link_by_code(session, code)
        if link is None or not is_target(link.target):
            return self._unknown(request, code)
        headers = headers_of(request.scope)
        counts = link.status is LinkStatus.ACTIVE and clicks.is_person(request.method, headers)
        now = self._clock()
        token = clicks.token_of(self._key, link.id, now) if counts else None
        url = clicks.target_url(self._shop_url, link.target, token)
        answer = RedirectResponse(url, status_code=302, headers=NEVER_KEPT)
        if token is None:
            return answer
        agent = headers.get("user-agent", "")
        visitor = clicks.visitor_hash(self._key, address=client_of(request.scope), agent=agent, at=now)
        self._clicks.add(clicks.Click(link.id, now, visitor))
        answer.set_cookie(
            clicks.COOKIE,
            token,
            max_age=int(ATTRIBUTION.total_seconds()),
            secure=self._public_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return answer

    def _unknown(self, request: Request, code: str) -> Response:
        return problem_response(
            problem_of(NotFound(noun="link", id=code[:32])),
            public_url=self._public_url,
            instance="/r",
            request_id=request_id_of(request.scope),
        )


def affiliate_routes(redirects: Redirects) -> list[BaseRoute]:
    """Return the door of links."""
    return [Route("/r/{code}", redirects.follow, methods=["GET"])]
