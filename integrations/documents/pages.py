"""What stands on a document's pages, as texts: all that is left to do is to lay them out.

A page has `parties` (seller, buyer), `facts` (label and text), a `headline` (the one amount people look for), a table,
`totals` and `notes`. The template knows these places, and no kind of document.
"""

from dataclasses import dataclass, field
from typing import Any

from domain.documents import (
    SERIES,
    BillingDocumentKind,
    Line,
    MovementKind,
    Paper,
    Party,
    Sale,
    Statement,
    headline_minor,
)
from domain.environments import Environment
from integrations.documents import formats
from integrations.documents.words import words_of

HEADLINES = {
    BillingDocumentKind.RECEIPT: "total_paid",
    BillingDocumentKind.INVOICE: "total",
    BillingDocumentKind.CREDIT_NOTE: "total_refunded",
    BillingDocumentKind.PAYOUT_STATEMENT: "payout",
    BillingDocumentKind.ACCOUNT_STATEMENT: "closing",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: figures stand on the right, and one column takes the room that is left."""

    title: str
    is_figure: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A line below the table."""

    label: str
    amount: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A document in texts; see above."""

    locale: str
    title: str
    name: str
    """Whose document it is, in the head."""
    mark: str
    """Laid over what is worth nothing; empty otherwise."""
    parties: list[tuple[str, list[str]]]
    facts: list[tuple[str, str]]
    headline: tuple[str, str]
    columns: list[Column]
    rows: list[list[tuple[str, str]]]
    """Each cell a text and what stands smaller below it."""
    totals: list[Total]
    notes: list[str]
    page_words: str
    """`Page {page} of {pages}`."""
    footer: str
    empty: str = field(default="")
    """What stands in the place of a table without rows."""


def page_of(paper: Paper) -> Page:
    """Return what stands on the pages of a document."""
    content = paper.content
    return _sale(paper, content) if isinstance(content, Sale) else _statement(paper, content)


def _sale(paper: Paper, sale: Sale) -> Page:
    words, locale = words_of(paper.locale), paper.locale
    total_key = HEADLINES[paper.kind]
    total = formats.money(headline_minor(sale), sale.currency, locale)
    paid_key = "refunded_on" if paper.kind is BillingDocumentKind.CREDIT_NOTE else "paid_on"
    facts = [
        *_numbered(paper),
        (words[paid_key], formats.moment(sale.at, sale.time_zone, locale)),
        *([(words["booking"], sale.booking_code)] if sale.booking_code else []),
        *([(words["payment"], sale.payment_reference)] if sale.payment_reference else []),
        *([(words["refers_to"], sale.refers_to)] if sale.refers_to else []),
        *([(words["reason"], words[f"reason.{sale.reason}"])] if sale.reason else []),
    ]
    rows = [
        [
            (formats.figure(position, locale), ""),
            (line.text, _detail(line, locale)),
            (formats.figure(line.quantity, locale), ""),
            (formats.money(line.unit_minor, sale.currency, locale), ""),
            (formats.money(line.amount_minor, sale.currency, locale), ""),
        ]
        for position, line in enumerate(sale.lines, 1)
    ]
    subtotal = sum(line.amount_minor for line in sale.lines)
    reductions = [
        Total(
            words["labelled"].format(label=words[each.kind], text=each.text)
            if each.text
            else words[each.kind],
            formats.money(each.amount_minor, sale.currency, locale),
        )
        for each in sale.deductions
    ]
    if reductions:
        reductions.insert(0, Total(words["subtotal"], formats.money(subtotal, sale.currency, locale)))
    return Page(
        locale=locale,
        title=words[paper.kind],
        name=sale.seller.name,
        mark=_mark(paper),
        parties=[
            (words["seller"], _party(sale.seller, locale)),
            (words["buyer"], _party(sale.buyer, locale)),
        ],
        facts=facts,
        headline=(words[total_key], total),
        columns=[
            Column(words["position"]),
            Column(words["description"], is_wide=True),
            Column(words["quantity"], is_figure=True),
            Column(words["unit_price"], is_figure=True),
            Column(words["amount"], is_figure=True),
        ],
        rows=rows,
        totals=[*reductions, Total(words[total_key], total, is_strong=True)],
        notes=[words["no_taxes"]],
        page_words=words["page"],
        footer=words["on_behalf"].format(seller=sale.seller.name),
    )


def _statement(paper: Paper, statement: Statement) -> Page:
    words, locale = words_of(paper.locale), paper.locale
    payout = statement.payout

    def money(minor: int) -> str:
        return formats.money(minor, statement.currency, locale)

    period = words["days"].format(
        starts=formats.short_day(statement.starts_on, locale),
        ends=formats.short_day(statement.ends_on, locale),
    )
    facts = [
        *_numbered(paper),
        (words["period"], period),
        (words["currency"], statement.currency),
        *([(words["payout"], payout.reference)] if payout else []),
        *(
            [(words["arrives_on"], formats.day(payout.arrives_on, locale))]
            if payout and payout.arrives_on
            else []
        ),
    ]
    rows = [
        [
            (formats.short_day(each.at.date(), locale), ""),
            (words[f"one.{each.kind}"], ""),
            (each.reference, ""),
            (money(each.amount_minor), ""),
            (money(balance), ""),
        ]
        for each, balance in zip(statement.movements, statement.balances, strict=True)
    ]
    return Page(
        locale=locale,
        title=words[paper.kind],
        name=statement.holder.name,
        mark=_mark(paper),
        parties=[(words["holder"], _party(statement.holder, locale))],
        facts=facts,
        headline=(words[HEADLINES[paper.kind]], money(headline_minor(statement))),
        columns=[
            Column(words["date"]),
            Column(words["entry"]),
            Column(words["reference"], is_wide=True),
            Column(words["amount"], is_figure=True),
            Column(words["balance"], is_figure=True),
        ],
        rows=rows,
        totals=[
            Total(words["opening"], money(statement.opening_minor)),
            *(
                Total(words[kind], money(statement.sums[kind]))
                for kind in MovementKind
                if kind in statement.sums
            ),
            Total(words["closing"], money(statement.closing_minor), is_strong=True),
        ],
        notes=[words["from_journal"]],
        page_words=words["page"],
        footer="Interline",
        empty=words["no_movements"],
    )


def _numbered(paper: Paper) -> list[tuple[str, str]]:
    words = words_of(paper.locale)
    issued = (words["issued_on"], formats.day(paper.issued_at.date(), paper.locale))
    return [(words["number"], paper.number or ""), issued] if paper.kind in SERIES else [issued]


def _detail(line: Line, locale: str) -> str:
    """Say for whom and for which day a line is."""
    kind = words_of(locale)[f"customer.{line.customer_type}"] if line.customer_type else ""
    return " · ".join(each for each in (kind, formats.day(line.date, locale) if line.date else "") if each)


def _mark(paper: Paper) -> str:
    return words_of(paper.locale)["test"] if paper.environment is Environment.TEST else ""


def _party(party: Party, locale: str) -> list[str]:
    """Return a party's name and what stands below it."""
    words = words_of(locale)
    return [
        party.name,
        *party.lines,
        *([formats.country(party.country, locale)] if party.country else []),
        *(
            [words["labelled"].format(label=words["tax_number"], text=party.tax_number)]
            if party.tax_number
            else []
        ),
    ]


def texts_of(page: Page) -> dict[str, Any]:
    """Return the page as the template takes it."""
    return {
        "locale": page.locale,
        "title": page.title,
        "name": page.name,
        "mark": page.mark,
        "parties": [{"label": label, "name": lines[0], "lines": lines[1:]} for label, lines in page.parties],
        "facts": [list(each) for each in page.facts],
        "headline": list(page.headline),
        "columns": [
            {"title": each.title, "is_figure": each.is_figure, "is_wide": each.is_wide}
            for each in page.columns
        ],
        "rows": [[list(cell) for cell in row] for row in page.rows],
        "totals": [
            {"label": each.label, "amount": each.amount, "is_strong": each.is_strong} for each in page.totals
        ],
        "notes": page.notes,
        "page_words": page.page_words,
        "footer": page.footer,
        "empty": page.empty,
    }
