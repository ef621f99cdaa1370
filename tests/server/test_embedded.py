"""The embedded servers: what they leave behind (nothing), what they survive (everything), whom they refuse."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from server.embedded import places, processes
from server.embedded.errors import AlreadyRunning, EmbeddedServerError
from server.embedded.lifecycle import EmbeddedServer
from server.embedded.postgres import Postgres
from server.embedded.processes import Account
from server.embedded.throwaway import throwaway_servers
from server.embedded.valkey import Valkey
from server.settings import ROOT

PATIENCE = 20.0


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory that the servers' account can reach, as pytest's own temporary ones cannot be by nobody."""
    directory = places.temporary_home()
    yield directory
    shutil.rmtree(directory)


def ask(postgres: Postgres, sql: str) -> object:
    """Return the one value a statement answers."""

    async def answer() -> object:
        connection = await asyncpg.connect(postgres.url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(answer())


def client(valkey: Valkey) -> Redis:
    return Redis.from_url(valkey.url)


def is_gone(pid: int) -> bool:
    """Wait for the end of a process; tell whether it came."""
    deadline = time.monotonic() + PATIENCE
    while processes.birth(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return processes.birth(pid) is None


def exit_code_of(server: EmbeddedServer) -> int | None:
    """Wait until the server's end is known to whoever started it: a moment after the end itself."""
    deadline = time.monotonic() + PATIENCE
    while server.exit_code() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return server.exit_code()


def pid_of(server: EmbeddedServer) -> int:
    assert server.pid is not None
    return server.pid


def test_the_pair_answers_and_leaves_nothing():
    with throwaway_servers() as urls:
        assert "postgresql+asyncpg://interline@/interline?host=/" in urls.database_url
        with Redis.from_url(urls.redis_url) as redis:
            assert redis.ping()
        socket_directory = Path(urls.database_url.partition("host=")[2])
        assert socket_directory.exists()

    assert not socket_directory.exists()


def test_a_stopped_server_is_a_stopped_process(home):
    with Postgres(home, durable=False) as postgres, Valkey(home, durable=False) as valkey:
        pids = [pid_of(postgres), pid_of(valkey)]
        assert ask(postgres, "SELECT 1") == 1

    assert all(map(is_gone, pids))
    assert not list(home.glob("*.pid"))
    assert not list(home.glob("*.socket"))


def test_what_was_written_is_there_at_the_next_start(home):
    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
        redis.set("kept", "seven")

    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        assert ask(postgres, "SELECT number FROM kept") == 7
        assert redis.get("kept") == b"seven"


def test_it_listens_nowhere_but_on_a_private_socket(home):
    with (
        Postgres(home, durable=False) as postgres,
        Valkey(home, durable=False) as valkey,
        client(valkey) as redis,
    ):
        assert ask(postgres, "SHOW listen_addresses") == ""
        assert redis.config_get("port") == {"port": "0"}
        for server in (postgres, valkey):
            assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700


def test_only_throwaway_data_may_miss_the_disk(home):
    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        assert [ask(postgres, f"SHOW {name}") for name in ("fsync", "full_page_writes", "jit")] == [
            "on",
            "on",
            "off",
        ]
        assert [ask(postgres, f"SHOW {name}") for name in ("max_connections", "shared_buffers")] == [
            "200",
            "256MB",
        ]
        assert redis.config_get("append*")["appendonly"] == "yes"
        assert redis.config_get("append*")["appendfsync"] == "everysec"

    with Postgres(home, durable=False) as postgres:
        assert ask(postgres, "SHOW fsync") == "off"


def test_text_sorts_alike_on_every_machine(home):
    with Postgres(home, durable=False) as postgres:
        facts = "encoding, datlocprovider, datlocale"
        row = ask(postgres, f"SELECT ({facts})::text FROM pg_database WHERE datname = 'interline'")

    assert row == "(6,b,C.UTF-8)"


STARTS_BOTH_AND_WAITS = """
import sys, time
from pathlib import Path
from server.embedded.postgres import Postgres
from server.embedded.processes import Account
from server.embedded.valkey import Valkey

with Postgres(Path(sys.argv[1])) as postgres, Valkey(Path(sys.argv[1])) as valkey:
    print(postgres.pid, valkey.pid, flush=True)
    time.sleep(600)
"""


def test_killing_the_parent_ends_the_servers_and_loses_nothing(home):
    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
        redis.set("kept", "seven")
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTS_BOTH_AND_WAITS, home],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout as answer:
        pids = [int(pid) for pid in answer.readline().split()]
    assert len(pids) == 2

    parent.kill()
    parent.wait()

    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        assert all(map(is_gone, pids))
        assert ask(postgres, "SELECT number FROM kept") == 7
        assert redis.get("kept") == b"seven"


def test_a_killed_server_comes_back_with_its_data(home):
    with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
        ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
        redis.set("kept", "seven")
        time.sleep(1.2)  # Valkey writes its log to the disk every second
        for server in (postgres, valkey):
            os.kill(pid_of(server), signal.SIGKILL)
            assert exit_code_of(server) == -signal.SIGKILL
            server.revive()

        assert ask(postgres, "SELECT number FROM kept") == 7
        with client(valkey) as anew:
            assert anew.get("kept") == b"seven"


def test_files_of_a_crash_do_not_keep_it_from_starting(home):
    with Postgres(home) as postgres, Valkey(home) as valkey:
        cluster, sockets = postgres.cluster, postgres.place.sockets
        stale = (cluster / "postmaster.pid").read_text().splitlines()
    sockets.mkdir()
    (sockets / ".s.PGSQL.5432").touch()
    valkey.place.sockets.mkdir()
    valkey.socket_path.touch()
    (home / "valkey.pid").write_text("")
    # The number now belongs to another program, as it does when a container starts again.
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (cluster / "postmaster.pid").write_text("\n".join([str(stranger.pid), *stale[1:]]) + "\n")
        (sockets / ".s.PGSQL.5432.lock").write_text("\n".join([str(stranger.pid), *stale[1:]]) + "\n")
        (home / "postgres.pid").write_text(f"{stranger.pid} born-long-ago")

        with Postgres(home) as postgres, Valkey(home) as valkey, client(valkey) as redis:
            assert ask(postgres, "SELECT 1") == 1
            assert redis.ping()
        assert stranger.poll() is None
        stranger.kill()


def test_a_half_made_cluster_is_made_anew(home):
    (home / "postgres").mkdir()
    (home / "postgres.part").mkdir()
    (home / "postgres.part" / "PG_VERSION").write_text("18\n")

    with Postgres(home, durable=False) as postgres:
        assert ask(postgres, "SELECT current_database() || current_user") == "interlineinterline"
    assert not (home / "postgres.part").exists()


@pytest.mark.parametrize("name", ["a path with spaces & ünïcode", "deep/" * 30 + "down"])
def test_any_path_will_do(home, name):
    data_dir = home
    for part in Path(name).parts:
        data_dir = data_dir / part
        data_dir.mkdir()
        data_dir.chmod(0o755)
    with Postgres(data_dir, durable=False) as postgres, Valkey(data_dir, durable=False) as valkey:
        sockets = [postgres.place.sockets, valkey.place.sockets]
        with client(valkey) as redis:
            assert redis.ping()
        assert ask(postgres, "SELECT 1") == 1
        assert (data_dir / "postgres" / "PG_VERSION").exists()
        assert all(str(data_dir) not in str(path) for path in sockets)

    assert not any(path.exists() for path in sockets)


@pytest.mark.parametrize("server", [Postgres, Valkey])
def test_a_second_one_on_the_same_data_is_refused_and_told_who_runs(home, server):
    with server(home, durable=False) as first:
        with pytest.raises(AlreadyRunning) as refused:
            server(home, durable=False).start()

        assert refused.value.process_id == os.getpid()
        assert first.exit_code() is None
    with server(home, durable=False) as second:
        assert second.pid is not None


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(home):
    with Postgres(home, durable=False) as postgres:
        settings = postgres.cluster / "postgresql.conf"
    settings.write_text("no_such_setting = 1\n")

    with pytest.raises(EmbeddedServerError, match="no_such_setting") as problem:
        Postgres(home, durable=False).start()

    assert str(home / "logs" / "postgres.log") in str(problem.value)
    assert not list(home.glob("*.pid"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another account")
def test_root_finds_a_place_for_a_project_nobody_can_enter(home):
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with Postgres(closed / "data", durable=False) as postgres:
        elsewhere = postgres.place.home
        assert ask(postgres, "SELECT 1") == 1
        assert elsewhere.parent == Path("/var/tmp")
        assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
    with Postgres(closed / "data", durable=False) as postgres:
        assert postgres.place.home == elsewhere
    shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another account")
def test_programs_out_of_reach_are_copied_once(home):
    site = home / "closed" / "site"
    (site / "package").mkdir(parents=True)
    (site / "package" / "program").write_text("#!/bin/sh\n")
    (home / "closed").chmod(0o700)
    place = places.Place(home, home / "sockets", Account(65534, 65534))

    copy = places.programs_for(place, site, ["package"])

    assert copy.parent == home
    assert (copy / "package" / "program").read_text() == "#!/bin/sh\n"
    assert places.programs_for(place, site, ["package"]) == copy
    (home / "closed").chmod(0o755)
    assert places.programs_for(place, site, ["package"]) == site


def test_a_socket_directory_of_somebody_else_is_refused(home):
    place = places.Place(home, home / "sockets", None)
    place.sockets.mkdir()
    place.sockets.chmod(0o777)

    with pytest.raises(EmbeddedServerError, match="belongs to somebody else"):
        place.make_sockets()
