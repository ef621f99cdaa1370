"""The pages Stripe would host: onboarding, authentication, paying; and one that shows what is there."""

import hmac
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, quote

from integrations.stripe.sandbox import accounts, times
from integrations.stripe.sandbox.cards import FAILING_BANK_ACCOUNTS, INSTRUMENTS
from integrations.stripe.sandbox.errors import RefusedError
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.resources import confirmations
from integrations.stripe.sandbox.shapes import shown
from integrations.stripe.sandbox.tasks import Clock
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.wire import Reply, Request
from integrations.stripe.sandbox.worlds import Desk, World

LOOK = Path(__file__).with_name("look")
SHOWN_KINDS = ("payment_intent", "refund", "transfer", "payout", "dispute", "account", "webhook_endpoint")
NEWEST = 60
GOOD_BANK_ACCOUNT = "DE89370400440532013000"
BAD_BANK_ACCOUNT = next(each for each in FAILING_BANK_ACCOUNTS if each.startswith("DE"))
HTML = b"text/html; charset=utf-8"
SAFETY = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    ),
)
"""No `form-action`: browsers hold it against where an answer to a form redirects to, which is the product."""


class Pages:
    """Answers people."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def answer(self, request: Request) -> Reply:
        steps = request.path.strip("/").split("/")
        sent = {name: values[0] for name, values in parse_qs(request.query).items()}
        if request.method == "POST":
            sent |= {
                name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()
            }
        match steps:
            case [""]:
                return self._home()
            case ["style.css"]:
                return Reply(200, (LOOK / "style.css").read_bytes(), SAFETY[1:2], b"text/css; charset=utf-8")
            case ["setup", link_id]:
                return self._setup(request.method, link_id, sent)
            case ["authenticate" | "pay" as what, intent_id]:
                answer = self._pay if what == "pay" else self._authenticate
                return self._payment(request.method, intent_id, sent, answer)
            case ["express", account_id]:
                return self._express(account_id)
        return page(
            "message.html",
            status=404,
            title="There is no such page",
            text="Stripe's sandbox has no such page.",
        )

    def _home(self) -> Reply:
        rows = "".join(
            f"<tr><td><code>{escape(each.id)}</code></td><td>{escape(each.kind.replace('_', ' '))}</td>"
            f"<td>{escape(_amount(each))}</td><td>{escape(_status(each))}</td>"
            f"<td>{'live' if each.live else 'test'}</td></tr>"
            for each in self._desk.store.newest(NEWEST, SHOWN_KINDS)
        )
        faults = {
            name: value
            for name, value in self._desk.options.faults.as_dict().items()
            if value and name not in {"seed", "shuffle_ms"}
        }
        return page(
            "home.html",
            raw={"rows": rows or '<tr><td colspan="5">Nothing has happened yet.</td></tr>'},
            faults=", ".join(f"{name} {value}" for name, value in faults.items()) or "none",
        )

    def _setup(self, method: str, id: str, sent: dict[str, str]) -> Reply:
        link = self._desk.store.get(id)
        if link is None or link.kind != "account_link" or not _same(sent.get("token"), link.fields["_token"]):
            return page("message.html", status=404, title="This link is not valid", text="Ask for a new one.")
        if link.fields.get("_used") or link.fields["_expires_at"] < times.now():
            return _redirect(link.fields["_refresh_url"])
        account = self._desk.store.get(link.fields["_account"])
        if account is None:
            return _redirect(link.fields["_refresh_url"])
        if method == "POST":
            outcome = sent.get("outcome", "complete")
            if outcome not in {"complete", "incomplete", "rejected", "later"}:
                return page(
                    "message.html", status=400, title="That is no outcome", text="Go back, and choose one."
                )
            world = World(self._desk, live=account.live, account=self._desk.platform)
            with self._desk.store.transaction():
                world.change(link, _used=True)
                if outcome != "later":
                    accounts.onboard(world, account, outcome=outcome, bank_number=sent.get("bank_account"))
            self._clock.after_commit()
            return _redirect(link.fields["_return_url"] or link.fields["_refresh_url"])
        return page(
            "setup.html",
            name=account.fields.get("_name") or account.fields.get("_email") or account.id,
            account=account.id,
            action=f"/setup/{id}?token={quote(link.fields['_token'])}",
            good=GOOD_BANK_ACCOUNT,
            bad=BAD_BANK_ACCOUNT,
        )

    def _payment(
        self,
        method: str,
        id: str,
        sent: dict[str, str],
        answer: Callable[[str, Thing, dict[str, str]], Reply],
    ) -> Reply:
        intent = self._desk.store.get(id)
        if (
            intent is None
            or intent.kind != "payment_intent"
            or not _same(sent.get("client_secret"), intent.fields["client_secret"])
        ):
            return page(
                "message.html", status=404, title="There is no such payment", text="The link is not complete."
            )
        return answer(method, intent, sent)

    def _authenticate(self, method: str, intent: Thing, sent: dict[str, str]) -> Reply:
        if method == "POST":
            world = World(self._desk, live=intent.live, account=intent.account)
            with self._desk.store.transaction():
                confirmations.authenticate(world, intent, passes=sent.get("answer") == "complete")
            self._clock.after_commit()
            return _back(intent)
        if intent.fields.get("status") != "requires_action":
            return _back(intent)
        return page(
            "authenticate.html",
            amount=_amount(intent),
            action=f"/authenticate/{intent.id}?client_secret={intent.fields['client_secret']}",
        )

    def _pay(self, method: str, intent: Thing, sent: dict[str, str]) -> Reply:
        trouble = ""
        return_url = sent.get("return_url", "")
        if return_url and not return_url.startswith(("http://", "https://")):
            return_url = ""
        if method == "POST":
            world = World(self._desk, live=intent.live, account=intent.account)
            self._desk.store.begin()
            chosen = {
                "payment_method": sent.get("payment_method", "pm_card_visa"),
                "return_url": return_url or f"{self._desk.base}/pay/{intent.id}",
            }
            try:
                confirmations.confirm(world, intent, Parameters(chosen))
                self._desk.store.keep()
            except RefusedError as refusal:
                self._desk.store.keep() if refusal.keeps_effects else self._desk.store.undo()
                trouble = str(refusal)
            self._clock.after_commit()
        action = intent.fields.get("next_action") or {}
        if "redirect_to_url" in action:
            return _redirect(action["redirect_to_url"]["url"])
        status = intent.fields.get("status", "requires_payment_method")
        if status in {"succeeded", "processing", "canceled"}:
            return _back(intent)
        choices = "".join(
            f'<option value="{escape(each.names[0])}">{escape(_card(each.names[0], each.number))}</option>'
            for each in INSTRUMENTS
            if each.names
        )
        return page(
            "pay.html",
            raw={"choices": choices},
            amount=_amount(intent),
            trouble=trouble,
            description=intent.fields.get("description") or "",
            action=f"/pay/{intent.id}?client_secret={intent.fields['client_secret']}&return_url={quote(return_url)}",
        )

    def _express(self, id: str) -> Reply:
        account = self._desk.store.get(id)
        if account is None or account.kind != "account":
            return page("message.html", status=404, title="There is no such account", text=id)
        balances = self._desk.store.balances(live=account.live, account=account.id)
        said = "; ".join(
            f"{available} available and {pending} pending, in minor units of {currency.upper()}"
            for currency, available, pending in balances
        )
        return page(
            "message.html", title=account.fields.get("_name") or id, text=said or "No money has come yet."
        )


@cache
def _template(name: str) -> Template:
    return Template(
        (LOOK / "frame.html").read_text("utf-8").replace("$content", (LOOK / name).read_text("utf-8"))
    )


def page(file: str, /, *, status: int = 200, raw: dict[str, str] | None = None, **places: str) -> Reply:
    """Fill a page: what is not `raw` is escaped."""
    filled = {name: escape(text) for name, text in places.items()} | (raw or {})
    return Reply(status, _template(file).substitute(filled).encode(), SAFETY, HTML)


def _redirect(url: str) -> Reply:
    return Reply(
        303, b"", ((b"location", url.encode("ascii", "ignore").replace(b"\r", b"").replace(b"\n", b"")),)
    )


def _back(intent: Thing) -> Reply:
    """Send whoever paid back to where they came from, with what Stripe adds to the address."""
    url = intent.fields.get("_return_url")
    status = intent.fields.get("status", "requires_payment_method")
    if not url or "/pay/" in url:
        return page("message.html", title=status.replace("_", " ").capitalize(), text=_amount(intent))
    result = "succeeded" if status in {"succeeded", "processing"} else "failed"
    joint = "&" if "?" in url else "?"
    return _redirect(
        f"{url}{joint}payment_intent={intent.id}&payment_intent_client_secret={intent.fields['client_secret']}"
        f"&redirect_status={result}"
    )


def _same(given: str | None, kept: str) -> bool:
    return hmac.compare_digest((given or "").encode(), kept.encode())


def _amount(thing: Thing) -> str:
    if "amount" not in thing.fields:
        return ""
    return f"{thing.fields['amount'] / 100:,.2f} {thing.fields.get('currency', 'eur').upper()}"


def _status(thing: Thing) -> str:
    if thing.kind == "account":
        form = shown(thing)
        return (
            "payouts enabled"
            if form["payouts_enabled"]
            else form["requirements"]["disabled_reason"] or "enabled"
        )
    if thing.kind == "webhook_endpoint":
        return str(thing.fields["url"])
    return str(shown(thing).get("status", ""))


def _card(name: str, number: str) -> str:
    words = name.removeprefix("pm_card_").replace("visa_charge", "charge")
    return f"{words} · {number}"
