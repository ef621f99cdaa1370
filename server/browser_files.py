"""Makes what browsers load, beside everything else that starts. `python -m server.browser_files explorer|portal DIR`

A process of its own, the head of its process group: npm and its children end with it, however it is ended.
"""

import os
import signal
import sys
from pathlib import Path

from server.explorer import assets
from server.portal import build

MAKERS = {"explorer": assets.build, "portal": build.build}


def main(what: str, data_dir: Path) -> int:
    """Make it unless it is there; return 0 when it is. What happened is said on stdout."""
    # The servers come first; this fills a processor for a while.
    os.nice(10)
    signal.signal(signal.SIGTERM, lambda _number, _frame: os.killpg(0, signal.SIGKILL))
    return 0 if MAKERS[what](data_dir, lambda words: print(words, flush=True)) else 1  # noqa: T201 - its log


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
