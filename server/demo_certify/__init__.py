"""A sample integrator's way in: `./interline demo-certify` goes from registration to LIVE through the public API.

It is an honest client: it knows the platform by its documentation alone, shares no code with it that judges anything,
and has no access to a database. Its system is a small HTTP program of its own, with a webhook receiver.
"""

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Go the way; return 0 when it led to its end, 1 when a scenario did not pass or it did not get LIVE, 2 when it could not be gone."""
    from server.demo_certify import command  # noqa: PLC0415 - whoever uses a part of it needs no command line

    return command.run(arguments)
