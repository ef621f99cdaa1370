"""The api process: everything put together once, at start."""

import asyncio
import datetime as dt
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import httpx2
from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from db.connections import Connections
from db.session import Sessions, create_engine
from db.unit_of_work import unit_of_work
from domain.clicks import key_of as click_key
from executor.executor import CompilingExecutor
from integrations.feed import INBOX_BELL, Bell, RedisFeed
from integrations.identity.development import DevelopmentIssuer
from integrations.identity.remote_keys import RemoteKeys
from integrations.identity.tokens import TokenVerifier, TrustedIssuer
from integrations.interests import RedisInterests
from integrations.mail.sendgrid_events import SignatureKey
from integrations.storage.local import LocalStorage
from integrations.stripe.payments import open_connections
from permissions.viewer import Viewer
from resolvers.bookings import prepare_qr_codes
from schema.roots import build_schema
from server import migrations
from server.authentication import Authenticator
from server.calendars import calendar_of
from server.clicks import Clicks
from server.context import Contexts, utc_now
from server.credentials import DatabaseCredentials
from server.drain import Drain
from server.entrance import Entrance
from server.graphql.admission import Admission
from server.graphql.automatic import AutomaticOperations
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.http import GraphQLOverHttp
from server.graphql.registry import Registry
from server.graphql.sse import EventStreams
from server.graphql.websocket import Sockets
from server.guard import Guard
from server.guides import read_guides
from server.headers import RequestHeaders
from server.keys import derive_keys
from server.known import Known
from server.locales import reading
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.middleware.request_ids import RequestIds
from server.observability import logging
from server.observability.calls import Calls
from server.observability.metrics import Metrics
from server.observability.requests import RequestLines
from server.observability.traced import TracedExecutor
from server.observability.tracing import tracing_to
from server.outages import is_not_to_be_repeated
from server.payments import payments_of
from server.portal.files import portal_of
from server.rate_limits import RateLimiter
from server.request_log import RequestLog
from server.rest.execution import RestAdmission
from server.rest.facade import Facade
from server.rest.openapi import Description
from server.rest.routes import rest_routes, unknown_api_path
from server.routes.affiliates import Redirects, affiliate_routes
from server.routes.calendars import calendar_routes
from server.routes.development import development_routes
from server.routes.guides import guide_routes
from server.routes.health import (
    Readiness,
    health_routes,
    migrated_to,
    postgresql,
    redis_answers,
    worker_alive,
)
from server.routes.mail import MailDoors, mail_routes
from server.routes.metrics import metrics_route
from server.routes.operations import operations_route
from server.routes.pages import page_routes, start_page
from server.routes.portal import portal_routes
from server.routes.stripe import StripeWebhooks, stripe_routes
from server.routes.uploads import file_routes
from server.settings import ROOT, VERSION, Settings
from server.shortcuts import Shortcuts
from server.storage import storage_of

OPERATIONS = ROOT / "operations"
ISSUER_SECONDS = 5.0


class Api:
    """What one api process is made of. Making it opens no connection; `running` does."""

    def __init__(self, settings: Settings, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        """`clock`: the time that acts happen at. Credentials, and what is measured, keep to the real one."""
        self.settings = settings
        self.clock = clock
        self.keys = derive_keys(settings.secret.get_secret_value())
        self.database = create_engine(
            settings.database_url,
            pool_size=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        self.connections = Connections(
            settings.database_url,
            size=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        self.sessions = Sessions(self.database, self.connections, changed=self._credentials_changed)
        self.redis: Redis = Redis.from_url(settings.redis_url)
        self.http = httpx2.AsyncClient(timeout=ISSUER_SECONDS)
        self.known = Known()
        self.feed = RedisFeed(self.redis, changed=self.known.forget)
        self.bell = Bell(self.redis)
        self.inbox_bell = Bell(self.redis, INBOX_BELL)
        self.stripe = open_connections()
        self.payments = payments_of(settings, self.stripe)
        self.storage = storage_of(settings, self.keys)
        self.guides = read_guides(settings.public_url)
        self.limiter = RateLimiter(self.redis) if settings.rate_limits else None
        self.contexts = Contexts(
            sessions=self.sessions,
            feed=self.feed,
            interests=RedisInterests(self.redis),
            keys=self.keys,
            storage=self.storage,
            is_development=settings.development,
            after_commit=self.bell.ring,
            guides=self.guides,
            guard=Guard(self.limiter),
            payments=self.payments,
            public_url=settings.public_url,
            fee_bps=settings.fee_bps,
            calendar=calendar_of(settings, self.keys),
            clock=clock,
        )
        self.drain = Drain()
        self.schema = build_schema()
        self.documents = Documents(self.schema._schema)  # noqa: SLF001 - Strawberry has no public name for it
        self.registry = Registry.load(OPERATIONS, self.documents)
        self.metrics = Metrics(
            version=VERSION, operations=[each.name for each in self.registry.operations.values()]
        )
        self.execution = CoreExecution(self.schema)
        self.executor = CompilingExecutor(
            self.schema, self.execution, is_outage=is_not_to_be_repeated, count=self.metrics.count_way
        )
        for operation in self.registry.operations.values():
            self.executor.register(operation.prepared)
        self.metrics.watch_pool(self.database, size=settings.pool_size)
        self.request_log = RequestLog(self.sessions, count_dropped=self.metrics.count_dropped_calls)
        self.clicks = Clicks(self.sessions)
        self.calls = Calls(self.metrics, self.request_log, utc_now)
        self.origins = Origins(_words(settings.allowed_origins))
        self.tracing = tracing_to(settings.otlp_endpoint, version=VERSION)
        self.issuer = DevelopmentIssuer(
            f"{settings.public_url}/identity", audience=settings.audience, data_dir=settings.data_dir
        )
        self.credentials = DatabaseCredentials(self.sessions, self.known)
        self.authenticator = Authenticator(
            lookup=self.credentials,
            tokens=TokenVerifier(self._trusted_issuers()),
            pepper=self.keys.pepper,
            take=self.limiter.take if self.limiter else _never_limited,
            known=self.known,
        )

    async def authenticate(self, headers: RequestHeaders, /, *, client: str) -> Viewer:
        """Tell who sends these headers, and which languages they read."""
        viewer = await self.authenticator.authenticate(headers, client=client)
        return reading(viewer, headers)

    async def authenticate_payload(
        self, payload: dict[str, object], headers: Headers, /, *, client: str
    ) -> Viewer:
        """Tell who opens a socket, from its first message or else from the handshake's headers."""
        viewer = await self.authenticator.authenticate_payload(payload, headers, client=client)
        return reading(viewer, headers)

    def engine(self, admission: Admission) -> Engine:
        """Return an engine on one way of admitting documents; all of them share everything else."""
        return Engine(
            admission=admission,
            execution=self.execution,
            executor=TracedExecutor(self.executor, self.tracing)
            if self.settings.otlp_endpoint
            else self.executor,
            open_context=self.contexts,
            limiter=self.limiter,
            observe=self.calls.observe,
            holds=self.credentials.holds,
            figures=self.metrics,
        )

    def routes(self) -> list[BaseRoute]:
        """Return every door. What is left under /api is answered as a problem."""
        url = self.settings.public_url
        graph = self.graph = self.engine(
            Admission(self.documents, self.registry, AutomaticOperations(self.redis))
        )
        self.sockets = Sockets(
            graph,
            self.authenticate_payload,
            self.origins,
            count_sockets=self.metrics.connected,
        )
        self.streams = EventStreams(graph, self.authenticate)
        rest_admission = RestAdmission.of(self.documents.schema, self.registry)
        for admitted in rest_admission.admitted:
            self.executor.register(admitted.prepared)
        rest = Facade(
            plans=rest_admission.plans,
            execute=self.engine(rest_admission).execute,
            authenticate=self.authenticate,
            public_url=url,
        )
        description = Description.of(rest_admission.plans, public_url=url, examples_in=OPERATIONS)
        portal = portal_of(self.settings, self.issuer.issuer)
        return [
            Route("/graphql", GraphQLOverHttp(graph, self.authenticate)),
            Route("/graphql/stream", self.streams),
            operations_route(self.registry),
            *rest_routes(rest, description),
            *health_routes(self._readiness()),
            metrics_route(self.metrics, self.redis, is_public=self.settings.metrics_public),
            *self._file_routes(),
            *self._affiliate_routes(),
            *stripe_routes(self._stripe_webhooks()),
            *mail_routes(self._mail_doors()),
            *calendar_routes(self.sessions, self.settings, self.keys, clock=utc_now),
            *guide_routes(self.guides),
            *page_routes(
                public_url=url,
                data_dir=self.settings.data_dir,
                sign_in_url="/identity" if self.settings.development else None,
            ),
            *portal_routes(portal, public_url=url, start=start_page(url)),
            *(
                development_routes(self.settings, self.issuer, self.redis)
                if self.settings.development
                else []
            ),
            unknown_api_path(rest),
        ]

    @asynccontextmanager
    async def running(self, _: Starlette) -> AsyncIterator[None]:
        """Run what runs beside the requests; at the end send callers away and store what waits."""
        self.drain.on_drain(self.sockets.close_all)
        self.drain.on_drain(self.streams.close_all)
        self.drain.on_end(self.authenticator.settle)
        self.drain.on_end(self.feed.settle)
        self.drain.on_end(self.request_log.flush)
        self.drain.on_end(self.clicks.flush)
        self.drain.on_end(lambda: asyncio.to_thread(self.tracing.close))
        running = (
            self.feed,
            self.bell,
            self.request_log,
            self.clicks,
            self.inbox_bell,
            self.graph.subscriptions,
            self.metrics,
        )
        beside = [asyncio.create_task(each.run()) for each in running]
        try:
            with self.drain.on_sigterm():
                yield
            await self.drain.end()
        finally:
            for task in beside:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await self.http.aclose()
            await self.stripe.close_async()
            if self.limiter is not None:
                self.limiter.close()
            await self.redis.aclose()
            await self.contexts.acts.settle()
            await self.connections.close()
            await self.database.dispose()
            self.metrics.leave()

    def _credentials_changed(self, objects: frozenset[UUID]) -> None:
        """Forget them here before the change is answered, and have every other process forget them."""
        self.known.forget(objects)
        self.feed.tell_changed(objects)

    def _trusted_issuers(self) -> list[TrustedIssuer]:
        parties = frozenset(_words(self.settings.authorized_parties))
        trusted = [
            TrustedIssuer(url, RemoteKeys(url, self.http), self.settings.audience, parties)
            for url in _words(self.settings.issuers)
        ]
        if self.settings.development:
            trusted.append(TrustedIssuer(self.issuer.issuer, self.issuer, self.settings.audience))
        return trusted

    def _file_routes(self) -> list[BaseRoute]:
        """Return the doors of our own storage; one elsewhere has its own."""
        if not isinstance(self.storage, LocalStorage):
            return []
        return file_routes(
            self.storage, secret=self.keys.links, public_url=self.settings.public_url, clock=self.clock
        )

    def _affiliate_routes(self) -> list[BaseRoute]:
        settings = self.settings
        redirects = Redirects(
            self.sessions,
            clicks=self.clicks,
            key=click_key(self.keys.pepper),
            shop_url=settings.shop_url or settings.public_url,
            public_url=settings.public_url,
            clock=self.clock,
        )
        return affiliate_routes(redirects)

    def _stripe_webhooks(self) -> StripeWebhooks:
        return StripeWebhooks(
            self.payments,
            self.sessions,
            ring=self.inbox_bell.ring,
            public_url=self.settings.public_url,
            clock=self.clock,
        )

    def _mail_doors(self) -> MailDoors:
        settings = self.settings
        key = settings.mail_webhook_key
        return MailDoors(
            lambda: unit_of_work(self.sessions, self.bell.ring),
            key=SignatureKey(key) if key else None,
            secret=settings.inbound_mail_secret.get_secret_value(),
            links=self.keys.links,
            counts_opens=settings.mail_opens,
            mail_domain=settings.mail_domain,
            public_url=settings.public_url,
            clock=self.clock,
        )

    def _readiness(self) -> Readiness:
        head = ScriptDirectory.from_config(migrations.configuration()).get_current_head()
        return Readiness(
            {
                "postgresql": postgresql(self.sessions),
                "migrations": migrated_to(head or "", self.sessions),
                "redis": redis_answers(self.redis),
                "worker": worker_alive(self.redis),
            },
            self.drain,
        )


def create_app() -> ASGIApp:
    """Build the ASGI application out of the environment's settings."""
    settings = Settings()
    logging.configure(settings.log_format)
    return application(Api(settings))


def application(api: Api) -> ASGIApp:
    """Put what every request and socket passes around the doors of an api."""
    routes = api.routes()
    everything = Starlette(routes=routes, lifespan=api.running)
    requests = Passage(Shortcuts(everything, routes), api.origins)
    sockets = RequestIds(api.sockets)
    write = logging.request_writer(api.settings.log_format)
    application = Entrance(
        RequestLines(requests, ended=api.calls.ended, write=write),
        {"/graphql": RequestLines(sockets, ended=api.calls.ended, write=write)},
    )
    prepare_qr_codes()
    # What was made at start lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    return application


async def _never_limited(_key: str, _limit_per_minute: int, /) -> None:
    """Stand in for the limiter where limits are switched off for load tests."""


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
