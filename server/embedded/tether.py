"""Start a program so that it ends with the process that wanted it. Run as a script, never imported.

    python -I -S tether.py <parent pid> <signal number> <uid:gid, or "-"> <program> [argument ...]

It drops to the account, asks the kernel for the signal when the parent dies (Linux; elsewhere the next start ends
what was left), and becomes the program. A script of its own instead of `preexec_fn`: code between fork and exec can
deadlock in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CANNOT_START = 126


def become(account: str) -> None:
    """Give up root for good. Before `prctl`, because changing the user clears the death signal."""
    user, group = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def tether(parent: int, death_signal: int) -> None:
    """Tie this process to its parent; leave at once when the parent is gone already."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(CANNOT_START)


def main(parent: str, death_signal: str, account: str, *command: str) -> None:
    """Drop the account, tie the knot, become the program with the default answer to every signal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    try:
        if account != "-":
            become(account)
        tether(int(parent), int(death_signal))
        os.execv(command[0], command)  # noqa: S606 - no shell is the point; the command is our own
    except OSError as problem:
        sys.stderr.write(f"{command[0]}: {problem}\n")
        sys.exit(CANNOT_START)


main(*sys.argv[1:])
