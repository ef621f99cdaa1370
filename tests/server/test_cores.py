"""As many processes as there are processors for them."""

import os

import pytest

from server import cores

ALL = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("max 100000\n", ALL),
        (f"{ALL * 100_000} 100000\n", ALL),
        (f"{ALL * 900_000} 100000\n", ALL),
        ("50000 100000\n", 1),
        ("100000 100000\n", 1),
        ("110000 100000\n", min(ALL, 2)),
        ("nonsense\n", ALL),
    ],
)
def test_a_container_s_quota_counts(tmp_path, written, found):
    quota = tmp_path / "cpu.max"
    quota.write_text(written)

    assert cores.available(quota) == found


def test_outside_of_a_container_all_we_may_use_do(tmp_path):
    assert cores.available(tmp_path / "nothing") == ALL
