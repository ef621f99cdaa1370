"""What a newcomer reads when everything is ready."""

from io import StringIO

import pytest
from rich.console import Console

from server.announcement import Credentials, announcement, show

HERE = "http://127.0.0.1:8000"
NOBODY: Credentials = {"resellers": [], "users": [{"email": "owner@x.example", "role": "OWNER", "token": "eyJ"}]}


@pytest.mark.parametrize(
    ("has_portal", "first"),
    [(True, f"Portal {HERE}/"), (False, f"For developers {HERE}/developers")],
)
def test_the_portal_comes_first_when_there_is_one(has_portal, first):
    written = StringIO()
    console = Console(file=written, width=200)

    show(console, HERE, announcement(HERE, NOBODY, has_mailbox=True, has_portal=has_portal))

    lines = [" ".join(line.split()) for line in written.getvalue().splitlines() if line.strip()]
    assert lines[0] == first
    assert f"For developers {HERE}/developers" in lines
    assert "owner@x.example (OWNER)" in lines
