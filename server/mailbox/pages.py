"""The pages of the development mailbox. A mail is a stranger's page: shown in a frame that may do nothing but open links."""

import asyncio
import datetime as dt
import re
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server.mailbox.answering import Answer, recipients_of
from server.mailbox.store import Kept, Mailbox
from server.pages.page import Markup, page

HERE = Path(__file__).parent
SHOWN = 200
PAGE_POLICY = {"script-src": "'none'", "frame-src": "'self'"}
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""Links open a page of their own, which is nothing special; no script, no form, no origin."""
MAIL_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self'; sandbox {SANDBOX}"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
ON_A_PAGE_OF_ITS_OWN = '<base target="_blank">'


def mailbox_routes(mailbox: Mailbox, *, answer: Answer | None = None) -> list[BaseRoute]:
    """Return the routes of the mailbox. Files are read in threads, where nobody waits for them.

    `answer`: sends what is answered here; None where mails can only be read.
    """

    def mails(_: Request) -> Response:
        return page(HERE / "list.html", {"mails": _list(mailbox.newest(SHOWN))}, policy=PAGE_POLICY)

    def mail(request: Request) -> Response:
        kept = mailbox.one(request.path_params["id"])
        return _missing() if kept is None else _mail(kept, can_answer=answer is not None)

    async def reply(request: Request) -> Response:
        kept = await asyncio.to_thread(mailbox.one, request.path_params["id"])
        form = await request.form()
        sender, text = str(form.get("sender", "")), str(form.get("text", "")).strip()
        if kept is None or answer is None or sender not in recipients_of(kept) or not text:
            return _missing()
        is_sent = await answer(kept, sender, text, dt.datetime.now(dt.UTC))
        if not is_sent:
            return PlainTextResponse("The mail server did not take the answer.", status_code=502)
        return RedirectResponse("/mailbox", status_code=303)

    def html(request: Request) -> Response:
        kept = mailbox.one(request.path_params["id"])
        text = kept.part("html") if kept else None
        if text is None:
            return _missing()
        return HTMLResponse(
            HEAD.sub(lambda head: head[0] + ON_A_PAGE_OF_ITS_OWN, text, 1), headers=MAIL_HEADERS
        )

    def raw(request: Request) -> Response:
        found = mailbox.raw(request.path_params["id"])
        return (
            _missing() if found is None else PlainTextResponse(found, headers={"Cache-Control": "no-store"})
        )

    return [
        Route("/mailbox", mails),
        Mount("/mailbox/files", StaticFiles(directory=HERE / "static")),
        Route("/mailbox/{id}", mail),
        Route("/mailbox/{id}/reply", reply, methods=["POST"]),
        Route("/mailbox/{id}/html", html),
        Route("/mailbox/{id}/raw", raw),
    ]


def _missing() -> Response:
    return PlainTextResponse("There is no such mail.", status_code=404)


def _list(mails: list[Kept]) -> Markup:
    if not mails:
        return Markup('<p class="panel empty">Nothing yet. Invite somebody, and the mail is here.</p>')
    head = "<thead><tr><th>To</th><th>Subject</th><th>Received</th></tr></thead>"
    rows = "\n".join(
        f'<tr><td>{escape(each.header("To"))}</td><td dir="auto"><a href="/mailbox/{each.id}">{_subject(each)}</a></td>'
        f"<td>{_moment(each.received_at)}</td></tr>"
        for each in mails
    )
    return Markup(f'<table class="mails">{head}<tbody>\n{rows}\n</tbody></table>')


def _mail(kept: Kept, *, can_answer: bool) -> Response:
    frame = Markup(
        f'<iframe class="sheet" title="The mail" sandbox="{SANDBOX}" src="/mailbox/{kept.id}/html"></iframe>'
    )
    headers = "\n".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(text))}</td></tr>" for name, text in kept.mail.items()
    )
    places = {
        "id": kept.id,
        "subject": Markup(_subject(kept)),
        "to": kept.header("To"),
        "html": frame if kept.part("html") is not None else Markup(""),
        "text": _linked(kept.part("plain") or "This mail has no plain text."),
        "headers": Markup(headers),
        "answer": _answer(kept) if can_answer else Markup(""),
    }
    return page(HERE / "mail.html", places, policy=PAGE_POLICY)


def _answer(kept: Kept) -> Markup:
    """Return the form by which one of those who got a mail answers it; nothing for a mail nobody got."""
    options = "".join(f"<option>{escape(each)}</option>" for each in recipients_of(kept))
    if not options:
        return Markup("")
    return Markup(
        '<section class="section" aria-labelledby="answer"><h2 id="answer">Answer</h2>'
        f'<form class="answer" method="post" action="/mailbox/{kept.id}/reply">'
        f'<label>As <select name="sender">{options}</select></label>'
        '<label>Text <textarea name="text" rows="6" required></textarea></label>'
        '<button type="submit">Send</button></form></section>'
    )


def _subject(kept: Kept) -> str:
    return escape(kept.header("Subject") or "(no subject)")


def _moment(at: dt.datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M:%S} UTC</time>'


def _linked(text: str) -> Markup:
    """Return a text as HTML in which addresses lead somewhere."""
    pieces, end = [], 0
    for found in ADDRESS.finditer(text):
        url = escape(found[0])
        pieces += [escape(text[end : found.start()]), f'<a href="{url}" rel="noreferrer">{url}</a>']
        end = found.end()
    return Markup("".join([*pieces, escape(text[end:])]))
