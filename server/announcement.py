"""What `./interline up` tells when everything is ready: one line of JSON, or a page for people."""

from typing import TypedDict

from rich.console import Console
from rich.table import Table

from server.samples import ResellerCredential


class UserCredential(TypedDict):
    """A sample person and a token that is good for a few days."""

    email: str
    role: str
    token: str


class Credentials(TypedDict):
    """What a newcomer can sign in with."""

    resellers: list[ResellerCredential]
    users: list[UserCredential]


class Announcement(TypedDict):
    """Addresses by name (None: this installation has no such part) and credentials; the names are public."""

    graphql: str
    graphql_ws: str
    graphql_sse: str
    rest: str
    openapi: str
    health: str
    metrics: str
    mailbox: str | None
    stripe: str | None
    portal: str | None
    credentials: Credentials


def announcement(
    public_url: str,
    credentials: Credentials,
    *,
    has_mailbox: bool,
    has_portal: bool = False,
    stripe: str | None = None,
) -> Announcement:
    """Say where everything is, below the url the api is reached at; `stripe`: where its sandbox is, if there is one."""
    return {
        "graphql": f"{public_url}/graphql",
        "graphql_ws": f"{public_url.replace('http', 'ws', 1)}/graphql",
        "graphql_sse": f"{public_url}/graphql/stream",
        "rest": f"{public_url}/api/ota",
        "openapi": f"{public_url}/api/openapi.json",
        "health": f"{public_url}/health/ready",
        "metrics": f"{public_url}/metrics",
        "mailbox": f"{public_url}/mailbox" if has_mailbox else None,
        "stripe": stripe,
        "portal": f"{public_url}/" if has_portal else None,
        "credentials": credentials,
    }


def show(console: Console, public_url: str, said: Announcement) -> None:
    """Print the addresses, the credentials and a first call to paste."""
    pages = {
        **({"Portal": said["portal"]} if said["portal"] else {}),
        "For developers": f"{public_url}/developers",
        "GraphiQL": f"{public_url}/graphiql",
        "REST documentation": f"{public_url}/api/docs",
        **({"Mailbox": said["mailbox"]} if said["mailbox"] else {}),
        **({"Stripe's sandbox": said["stripe"]} if said["stripe"] else {}),
        "GraphQL": said["graphql"],
        "GraphQL WebSocket": said["graphql_ws"],
        "GraphQL SSE": said["graphql_sse"],
        "REST": said["rest"],
        "OpenAPI": said["openapi"],
        "Health": said["health"],
        "Metrics": said["metrics"],
    }
    addresses = Table.grid(padding=(0, 2))
    for name, url in pages.items():
        addresses.add_row(f"[bold]{name}[/bold]", url)
    console.print()
    console.print(addresses, soft_wrap=True)
    resellers, users = said["credentials"]["resellers"], said["credentials"]["users"]
    for reseller in resellers:
        _credential(console, f"{reseller['name']} ({reseller['environment']})", reseller["api_key"])
    for user in users:
        _credential(console, f"{user['email']} ({user['role']})", user["token"])
    if resellers:
        _credential(
            console,
            "Try it",
            f'curl -H "Authorization: Bearer {resellers[0]["api_key"]}" "{said["rest"]}/inventory?product_id=106"',
        )
    console.print("\nReady. Ctrl-C stops everything.", style="bold green")


def _credential(console: Console, whose: str, text: str) -> None:
    """Print a secret on a line of its own, unwrapped, so that it can be selected with a double click."""
    console.print(f"\n[bold]{whose}[/bold]", highlight=False)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
