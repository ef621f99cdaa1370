"""`./interline up`: everything a newcomer needs, in one terminal, until Ctrl-C."""

import asyncio
import contextlib
import datetime as dt
import http.client
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from server import announcement, development, migrations, ports, stripe_sandbox
from server.announcement import Credentials
from server.embedded import processes
from server.embedded.claims import Claim
from server.embedded.errors import AlreadyRunning, EmbeddedServerError
from server.embedded.places import make_data_dir
from server.embedded.postgres import Postgres
from server.embedded.valkey import Valkey
from server.making import Making
from server.observability import logging as log_lines
from server.ports import PortTaken
from server.progress import Progress
from server.samples import accounts
from server.settings import ROOT, Settings
from server.supervisor import OwnProcess, Supervisor

DRAIN_SECONDS = 20
UVICORN = (
    "uvicorn",
    "server.app:create_app",
    "--factory",
    *("--app-dir", str(ROOT)),
    *("--loop", "uvloop"),
    *("--http", "server.wire:Line"),
    *("--timeout-graceful-shutdown", str(DRAIN_SECONDS)),
    *("--backlog", str(ports.BACKLOG)),
    *("--ws", "server.wire:Wire"),
    *("--ws-max-size", str(256 * 1024)),
    # A compressor is 10 times what else a socket takes, and makes every frame another one; states are small.
    *("--ws-per-message-deflate", "false"),
    # Made once a second, and wanted by caches (RFC 9110 §6.6.1).
    "--date-header",
    "--no-server-header",
    # The api logs its requests itself, with their id and without personal data.
    "--no-access-log",
)
READY_WITHIN = 90.0
EXPLORER_WITHIN = 30.0
"""Seconds the explorer's files are waited for; without a network the product does not wait for npm to see it."""
PORTAL_WITHIN = 180.0
"""Seconds the portal is waited for, so that the address that is announced leads to it."""
LOOK_EVERY = 0.25
FAILED, PORT_TAKEN, RUNNING_ALREADY = 1, 2, 3
STOPPED_BY_US = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    port: int
    data_dir: Path
    workers: int
    rate_limits: bool
    portal: bool
    json: bool


class NotReadyError(Exception):
    """The api or the worker did not come up; the sentence ends with its last words."""


def run(options: Options) -> int:
    """Run until stopped by a signal; return the exit code. Leaves no process behind, whatever happens."""
    progress = Progress(Console(stderr=options.json))
    os.environ["PYTHONPATH"] = str(ROOT)
    # Standard output is for the announcement; what the services note on the way is for their processes' logs.
    log_lines.configure("text", stream=sys.stderr, level=logging.WARNING)
    _stop_on_signals()
    supervisor = Supervisor(progress.say)
    try:
        with ExitStack() as stack:
            listening = _claim(options, stack, progress)
            stack.callback(supervisor.stop)
            stack.callback(listening.close)
            stack.callback(_say_goodbye, progress)
            explorer = _make(options, "explorer", "The explorer's installation", stack)
            portal = _make(options, "portal", "The portal's build", stack) if options.portal else None
            _come_up(options, supervisor, progress, listening, explorer=explorer, portal=portal, stack=stack)
            while True:
                supervisor.watch()
                time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        return 0
    except PortTaken as problem:
        return _fail(problem, PORT_TAKEN)
    except AlreadyRunning as problem:
        return _fail(problem, RUNNING_ALREADY)
    except (EmbeddedServerError, NotReadyError) as problem:
        return _fail(problem, FAILED)


def _claim(options: Options, stack: ExitStack, progress: Progress) -> socket.socket:
    """Become the only one on the data directory, end what a killed predecessor left, take the port."""
    make_data_dir(options.data_dir)
    claim = Claim(options.data_dir / "up.lock", "Interline")
    claim.take()
    stack.callback(claim.release)
    (options.data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
    for pid_file in (
        path
        for name in ("api", "worker", "explorer", "portal", "mailbox", "stripe")
        for path in options.data_dir.glob(f"{name}*.pid")
    ):
        if processes.end_leftover(pid_file, signal.SIGTERM, patience=DRAIN_SECONDS / 2):
            progress.say(f"Ended what a killed run left behind ({pid_file.stem}).")
    return _listen(options, progress)


def _come_up(
    options: Options,
    supervisor: Supervisor,
    progress: Progress,
    listening: socket.socket,
    *,
    explorer: Making,
    portal: Making | None,
    stack: ExitStack,
) -> None:
    """Take every step until the api is ready, and announce it."""
    if not options.rate_limits:
        Progress(Console(stderr=True)).warn("RATE LIMITS ARE OFF. For load tests on your own machine only.")
    port: int = listening.getsockname()[1]
    os.environ.setdefault("INTERLINE_PUBLIC_URL", f"http://{ports.HOST}:{port}")
    _start_servers(options.data_dir, supervisor, progress)
    settings = _settle(options)
    with progress.step("Bringing the database up to date"):
        migrations.upgrade_now(settings.database_url)
    credentials: Credentials = {"resellers": [], "users": []}
    if settings.development:
        with progress.step("Loading the sample world"):
            credentials = asyncio.run(development.load_samples(settings, dt.datetime.now(dt.UTC)))
    has_mailbox = settings.development and not settings.smtp_url.get_secret_value()
    if has_mailbox:
        with progress.step("Starting the mailbox"):
            _start_mailbox(options, supervisor, stack.enter_context(ports.listen(0)))
    stripe_url = None
    if stripe_sandbox.is_wanted(settings):
        with progress.step("Starting Stripe's sandbox"):
            stripe_url = _start_stripe(
                options, supervisor, stack.enter_context(stripe_sandbox.listen(options.data_dir)), port
            )
            asyncio.run(accounts.open_accounts(Settings(), stripe_url, lambda: dt.datetime.now(dt.UTC)))
    with progress.step("Starting the api and the worker"):
        _start_own(options, supervisor, listening)
        _wait_until_ready(port, supervisor, options.data_dir / "logs")
    with progress.step("Preparing the explorer") as tell:
        _wait_for(explorer, EXPLORER_WITHIN, progress, "/graphiql", tell)
    has_portal = False
    if portal is not None:
        with progress.step("Preparing the portal") as tell:
            has_portal = _wait_for(portal, PORTAL_WITHIN, progress, "the portal", tell)
    said = announcement.announcement(
        settings.public_url, credentials, has_mailbox=has_mailbox, has_portal=has_portal, stripe=stripe_url
    )
    if options.json:
        print(json.dumps(said), flush=True)  # noqa: T201 - the one line scripts read
    else:
        announcement.show(progress.console, settings.public_url, said)


def _start_servers(data_dir: Path, supervisor: Supervisor, progress: Progress) -> None:
    """Start the servers the environment does not name, and name them there."""
    for variable, server in (("DATABASE_URL", Postgres), ("REDIS_URL", Valkey)):
        if os.environ.get(variable):
            progress.say(f"Using the server in {variable}.")
            continue
        with progress.step(f"Starting {server.label}"):
            embedded = server(data_dir)
            supervisor.start(embedded)
            os.environ[variable] = embedded.url


def _settle(options: Options) -> Settings:
    """Put this run's settings into the environment, for us and for the children; return them."""
    metrics = options.data_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(mode=0o700)
    os.environ.setdefault("INTERLINE_SECRET", development.keep_secret(options.data_dir))
    os.environ.setdefault("INTERLINE_DEVELOPMENT", "true")
    if not options.rate_limits:
        os.environ["INTERLINE_RATE_LIMITS"] = "false"
    os.environ["INTERLINE_DATA_DIR"] = str(options.data_dir)
    os.environ["INTERLINE_WORKERS"] = str(options.workers)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    return Settings()


def _start_mailbox(options: Options, supervisor: Supervisor, mails: socket.socket) -> None:
    """Start a mail server of our own, and name it to the worker."""
    # It hands over what is answered as a mail provider does, with a secret that lives as long as this run.
    os.environ.setdefault("INTERLINE_INBOUND_MAIL_SECRET", secrets.token_urlsafe(24))
    descriptor = mails.fileno()
    arguments = (str(descriptor), str(options.data_dir))
    supervisor.start(
        _own(
            options,
            "mailbox",
            "The mailbox",
            "server.mailbox.receiving",
            *arguments,
            pass_fds=(descriptor,),
        )
    )
    os.environ["INTERLINE_SMTP_URL"] = f"smtp://{ports.HOST}:{mails.getsockname()[1]}"


def _start_stripe(options: Options, supervisor: Supervisor, listening: socket.socket, api_port: int) -> str:
    """Start a Stripe of our own, and name it to the api and the worker; return its url."""
    url = stripe_sandbox.settle(os.environ, options.data_dir, listening, api_port=api_port)
    supervisor.start(
        _own(
            options,
            "stripe",
            "Stripe's sandbox",
            "integrations.stripe.sandbox",
            *stripe_sandbox.arguments(options.data_dir, listening),
            pass_fds=(listening.fileno(),),
        )
    )
    return url


def _start_own(options: Options, supervisor: Supervisor, listening: socket.socket) -> None:
    """Start the worker, then the api processes: they all accept from the one socket."""
    supervisor.start(_own(options, "worker", "The worker", "server.worker"))
    descriptor = listening.fileno()
    for number in range(1, options.workers + 1):
        name = "api" if number == 1 else f"api-{number}"
        supervisor.start(
            _own(options, name, "The api", *UVICORN, "--fd", str(descriptor), pass_fds=(descriptor,))
        )


def _own(
    options: Options, name: str, label: str, module: str, *arguments: str, pass_fds: tuple[int, ...] = ()
) -> OwnProcess:
    """Describe a process of ours; it sees the environment as it is when it starts."""
    return OwnProcess(
        name,
        label,
        [sys.executable, "-m", module, *arguments],
        data_dir=options.data_dir,
        environment=os.environ,
        patience=DRAIN_SECONDS + 10,
        pass_fds=pass_fds,
    )


def _make(options: Options, name: str, label: str, stack: ExitStack) -> Making:
    """Start to make what browsers load, beside everything else."""
    arguments = (name, str(options.data_dir))
    making = Making(_own(options, name, label, "server.browser_files", *arguments))
    stack.callback(making.stop)
    making.start()
    return making


def _wait_for(
    making: Making, within: float, progress: Progress, what: str, tell: Callable[[str], None]
) -> bool:
    """Give it its time, and tell whether it is made; the api finds it also when that is later."""
    code = making.wait(within, tell)
    if code is None:
        progress.say(f"It goes on in the background ({making.log}); {what} works when it is done.")
    elif code and progress.console.is_terminal:
        # Elsewhere it stands there already, line by line.
        progress.say(processes.last_words(making.log).rpartition("\n")[2])
    return code == 0


def _wait_until_ready(port: int, supervisor: Supervisor, logs: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    answer = "no answer"
    while time.monotonic() < deadline:
        if dead := supervisor.dead():
            message = f"{dead.label} ended. The end of {dead.log}:\n{processes.last_words(dead.log)}"
            raise NotReadyError(message)
        status, answer = _ask_health(port)
        if status == http.client.OK:
            return
        time.sleep(0.1)
    message = f"The api is not ready after {READY_WITHIN:.0f} s: {answer}\nSee {logs}."
    raise NotReadyError(message)


def _ask_health(port: int) -> tuple[int, str]:
    """Ask for readiness; return the status (0: no answer) and what was said."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as problem:
        return 0, str(problem)
    finally:
        connection.close()


def _listen(options: Options, progress: Progress) -> socket.socket:
    """Listen on the wanted port; with a person at the terminal, offer the next one when it is taken."""
    try:
        return ports.listen(options.port)
    except PortTaken as taken:
        person = sys.stdin.isatty() and progress.console.is_terminal and not options.json
        if not person or taken.free is None:
            raise
        answer = progress.console.input(f"Port {taken.port} is taken. Use {taken.free} instead? (Y/n) ")
        if answer.strip().lower() not in {"", "y", "yes"}:
            raise
        return ports.listen(taken.free)


def _stop_on_signals() -> None:
    """Turn the first signal into KeyboardInterrupt, also where the parent had us ignore it; no second one."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in STOPPED_BY_US:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in STOPPED_BY_US:
        signal.signal(number, stop)


def _say_goodbye(progress: Progress) -> None:
    # The terminal may be gone, and that must not keep us from stopping the children.
    with contextlib.suppress(OSError):
        progress.say(f"Stopping: requests under way have {DRAIN_SECONDS} s to finish.")


def _fail(problem: Exception, code: int) -> int:
    Console(stderr=True).print(str(problem), style="red", markup=False, highlight=False, soft_wrap=True)
    return code
