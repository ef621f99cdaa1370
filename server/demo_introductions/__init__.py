"""Three weeks of introductions in a minute: `./interline demo-introductions`.

An Interline of its own on a simulated clock, with people who know it by their mail and by the public graph alone. What
they did is counted by themselves, and compared with what the platform says of it.
"""

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Live the weeks; return 0 when all figures agree and all checks hold, 1 when not, 2 when they could not be lived."""
    from server.demo_introductions import command  # noqa: PLC0415 - whoever uses a part of it needs no command line

    return command.run(arguments)
