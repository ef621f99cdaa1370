"""How many processors there are for us."""

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Of a container: microseconds of processor time per period, or `max`
(https://docs.kernel.org/admin-guide/cgroup-v2.html, 2026-11)."""


def available(quota_file: Path = QUOTA) -> int:
    """Return on how many processors we may run at once, at least one."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = quota_file.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else max(1, min(allowed, math.ceil(int(quota) / int(period))))
