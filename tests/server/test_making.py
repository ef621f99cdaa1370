"""What is made for browsers beside everything else: what it tells, and how it ended."""

import os
import sys
from contextlib import ExitStack

import pytest

from server.making import Making
from server.supervisor import OwnProcess

SAYS = "import sys, time; print('installing', flush=True); {} print('building', flush=True); sys.exit({})"


@pytest.fixture
def make(tmp_path):
    (tmp_path / "logs").mkdir()

    def start(*, pause="", code=0):
        making = Making(
            OwnProcess(
                "portal",
                "The portal's build",
                [sys.executable, "-c", SAYS.format(pause, code)],
                data_dir=tmp_path,
                environment=os.environ,
                patience=5,
            )
        )
        stack.callback(making.stop)
        making.start()
        return making

    with ExitStack() as stack:
        yield start


@pytest.mark.parametrize("code", [0, 1])
def test_it_tells_each_line_once_and_how_it_ended(make, code):
    told: list[str] = []

    assert make(code=code).wait(30, told.append) == code
    assert told == ["installing", "building"]


def test_what_an_earlier_run_said_is_not_told(make):
    make().wait(30, lambda _: None)
    told: list[str] = []

    make().wait(30, told.append)

    assert told == ["installing", "building"]


def test_it_is_not_waited_for_longer_than_is_said(make):
    making = make(pause="time.sleep(60);")
    told: list[str] = []

    assert making.wait(5, told.append) is None
    assert told == ["installing"]
