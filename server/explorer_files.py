"""Installs the explorer's browser files beside everything else that starts. `python -m server.explorer_files DIR`

A process of its own, the head of its process group: npm and its children end with it, however it is ended.
"""

import os
import signal
import sys
from pathlib import Path

from server.explorer import assets


def main(data_dir: Path) -> int:
    """Install them unless they are there; return 0 when they are. What happened is said on stdout."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os.killpg(0, signal.SIGKILL))
    return 0 if assets.build(data_dir, lambda words: print(words, flush=True)) else 1  # noqa: T201 - its log


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
