"""Children that die are started again, children that are stopped stay stopped, in the right order."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.embedded import places, processes
from server.supervisor import OwnProcess, Supervisor

PATIENCE = 10.0

WAITS = "import time; print('up', flush=True); time.sleep(600)"
DRAINS = """
import pathlib, signal, sys, time

def leave(*_):
    time.sleep(float(sys.argv[2]))
    with pathlib.Path(sys.argv[3]).open("a") as order:
        order.write(sys.argv[1] + "\\n")
    sys.exit(0)

signal.signal(signal.SIGTERM, leave)
print("up", flush=True)
time.sleep(600)
"""
IGNORES = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


@pytest.fixture
def home() -> Iterator[Path]:
    directory = places.temporary_home()
    (directory / "logs").mkdir()
    yield directory
    shutil.rmtree(directory)


def child(home: Path, name: str, program: str, *arguments: str, patience: float = 10) -> OwnProcess:
    command = [sys.executable, "-c", program, *arguments]
    return OwnProcess(name, f"The {name}", command, data_dir=home, environment=os.environ, patience=patience)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def watch_until(supervisor: Supervisor, true: Callable[[], bool]) -> None:
    def watched() -> bool:
        supervisor.watch()
        return true()

    until(watched)


def is_up(process: OwnProcess) -> bool:
    return process.log.exists() and "up" in process.log.read_text()


def killed(process: OwnProcess) -> int:
    """Kill a child and return the process id it had."""
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: process.exit_code() is not None)
    return pid


def test_a_killed_child_is_started_again_and_said_to_be(home):
    said: list[str] = []
    supervisor, api = Supervisor(said.append), child(home, "api", WAITS)
    supervisor.start(api)

    was = killed(api)
    supervisor.watch()
    assert supervisor.dead() is api
    watch_until(supervisor, lambda: supervisor.dead() is None)

    assert api.pid != was
    assert said == [
        f"The api was killed by SIGKILL; starting it again in 0.5 s ({api.log}).",
        f"The api runs again (process {api.pid}).",
    ]
    supervisor.stop()


def test_a_child_that_keeps_dying_is_given_more_time_each_time(home):
    said: list[str] = []
    supervisor, api = Supervisor(said.append), child(home, "api", "raise SystemExit(4)")
    supervisor.start(api)

    watch_until(supervisor, lambda: sum("ended" in words for words in said) == 3)
    supervisor.stop()

    waits = [words.partition("; ")[2].partition(" (")[0] for words in said if "ended with code 4" in words]
    assert waits == [f"starting it again in {seconds} s" for seconds in ("0.5", "1", "2")]


def test_children_stop_in_the_reverse_order_of_their_start(home):
    order = home / "order"
    supervisor = Supervisor(lambda _: None)
    children = [child(home, name, DRAINS, name, "0", str(order)) for name in ("database", "worker", "api")]
    for each in children:
        supervisor.start(each)
    until(lambda: all(map(is_up, children)))

    supervisor.stop()

    assert order.read_text().split() == ["api", "worker", "database"]
    assert not list(home.glob("*.pid"))


def test_processes_of_one_kind_drain_side_by_side(home):
    supervisor = Supervisor(lambda _: None)
    apis = [child(home, name, DRAINS, name, "1", str(home / "order")) for name in ("api", "api-2", "api-3")]
    for each in apis:
        each.label = "The api"
        supervisor.start(each)
    until(lambda: all(map(is_up, apis)))

    began = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - began < 2.5
    assert sorted((home / "order").read_text().split()) == ["api", "api-2", "api-3"]


def test_a_child_that_will_not_stop_is_killed_when_its_time_is_over(home):
    stubborn = child(home, "api", IGNORES, patience=0.2)
    stubborn.start()
    until(lambda: is_up(stubborn))
    pid = stubborn.pid
    assert pid is not None

    stubborn.stop()

    assert processes.birth(pid) is None
    assert stubborn.exit_code() is None


def test_what_a_killed_run_left_is_found_by_its_birth_and_ended(home):
    left = child(home, "api", IGNORES)
    left.start()
    until(lambda: is_up(left))
    pid = left.pid
    assert pid is not None
    # A later process with the same number would have another birth: it is not ours to end.
    (home / "other.pid").write_text(f"{pid} another-birth")

    assert not processes.end_leftover(home / "other.pid", signal.SIGTERM, patience=0.2)
    assert processes.birth(pid) is not None
    assert processes.end_leftover(home / "api.pid", signal.SIGTERM, patience=0.2)

    assert processes.birth(pid) is None
    assert not list(home.glob("*.pid"))
    left.stop()
