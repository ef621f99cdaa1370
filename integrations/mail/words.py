"""The words of a mail: templates by locale, read twice, once as HTML and once as plain text.

A template has blocks: `subject`, `heading`, `body` (paragraphs, an empty line between them), `quote` (what somebody else
wrote; may be empty) and `action` (the button). `frame` has what all mails of a locale share.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from domain.mail import CALENDAR, NAME, OF_INTRODUCTIONS, TO_BUYERS, MailTemplate
from integrations.mail import industries, reasons

TEMPLATES = Path(__file__).parent / "templates"
FRAME = "frame"
OPTIONAL = {NAME: "", CALENDAR: ""}

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DAYS = {
    "en": "{day} {month} {year}",
    "it": "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
}
THOUSANDS = {"en": ",", "it": ".", "de": ".", "fr": "\u202f", "es": "."}
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says, in one of its two forms."""

    subject: str
    greeting: str
    heading: str
    paragraphs: list[str]
    quote: str
    action: str
    by_hand: str
    footer: str


def html_words(template: MailTemplate, locale: str, facts: Mapping[str, str]) -> Words:
    """Return the words as HTML: facts are escaped, each with a direction of its own."""
    return _words(_html(), template, locale, facts, Markup)


def text_words(template: MailTemplate, locale: str, facts: Mapping[str, str]) -> Words:
    """Return the words as plain text."""
    return _words(_text(), template, locale, facts, str)


def _words(
    environment: Environment,
    template: MailTemplate,
    locale: str,
    facts: Mapping[str, str],
    form: Callable[[str], str],
) -> Words:
    known = {**OPTIONAL, **facts, "locale": locale, "is_to_buyer": template in TO_BUYERS}
    known["is_introduction"] = template in OF_INTRODUCTIONS
    own = _blocks(environment, f"{locale}/{template.lower()}.j2", known, form)
    frame = _blocks(environment, f"{locale}/{FRAME}.j2", known, form)
    paragraphs = [form(each.strip()) for each in own["body"].strip().split("\n\n")]
    return Words(
        subject=own["subject"],
        greeting=frame["greeting"],
        heading=own["heading"],
        paragraphs=paragraphs,
        quote=own["quote"],
        action=own["action"],
        by_hand=frame["by_hand"],
        footer=frame["footer"],
    )


def _blocks(
    environment: Environment, path: str, facts: Mapping[str, object], form: Callable[[str], str]
) -> dict[str, str]:
    """Render every block of a template for itself."""
    template = environment.get_template(path)
    context = template.new_context(dict(facts))
    return {name: form("".join(render(context))) for name, render in template.blocks.items()}


@cache
def _html() -> Environment:
    return _environment(is_html=True, finalize=_own_direction)


@cache
def _text() -> Environment:
    return _environment(is_html=False, finalize=_isolated)


def _environment(*, is_html: bool, finalize: Callable[[Any], Any]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - plain text is read by nobody as HTML
        undefined=StrictUndefined,
        finalize=finalize,
        auto_reload=False,
    )
    environment.filters.update(day=_day, figure=_figure, industry=_industry, trade=_trade, because=_because)
    return environment


def _own_direction(fact: Any) -> Any:
    return Markup("<bdi>{}</bdi>").format(escape(fact)) if fact != "" else fact


def _isolated(fact: Any) -> Any:
    """Keep a text that runs from right to left from turning what stands around it."""
    if any(unicodedata.bidirectional(each) in {"R", "AL"} for each in str(fact)):
        return f"{ISOLATE}{fact}{END_OF_ISOLATE}"
    return fact


@pass_context
def _day(context: Context, text: str) -> str:
    """Write `2026-12-24` as people of the locale do; anything else stays as it is."""
    locale: str = context["locale"]
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    month = MONTHS[locale].split()[day.month - 1]
    return DAYS[locale].format(day=day.day, month=month, year=day.year)


@pass_context
def _figure(context: Context, text: str) -> str:
    """Write `48211` with the locale's sign between thousands; anything else stays as it is."""
    locale: str = context["locale"]
    return f"{int(text):,}".replace(",", THOUSANDS[locale]) if text.isascii() and text.isdigit() else text


@pass_context
def _industry(context: Context, code: str) -> str:
    """Name the trade that a code stands for."""
    return industries.name_of(code, context["locale"])


@pass_context
def _trade(context: Context, code: str) -> str:
    """Say a sentence on the trade that a code stands for."""
    return industries.line_of(code, context["locale"])


@pass_context
def _because(context: Context, factors: str) -> str:
    """Say why two were brought together, a line for each factor there are words for."""
    return reasons.sentences(factors, context["locale"])
