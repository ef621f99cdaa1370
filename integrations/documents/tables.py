"""Statements as spreadsheets: one row a movement, for accounting programs; amounts are numbers in major units."""

from pathlib import Path

from domain.documents import DocumentFormat, Paper, Statement
from integrations.documents.formats import amount_of
from integrations.documents.words import words_of
from integrations.spreadsheets.writing import Cell, Sheet, writing_csv, writing_xlsx


def write_table(path: Path, paper: Paper, statement: Statement) -> None:
    """Write a statement as CSV or XLSX. Days are ISO 8601, so that every program knows them."""
    words = words_of(paper.locale)
    if paper.format is DocumentFormat.XLSX:
        with writing_xlsx(path, name=words[paper.kind], created_at=paper.issued_at) as sheet:
            _fill(sheet, paper, statement)
    else:
        with writing_csv(path) as sheet:
            _fill(sheet, paper, statement)


def _fill(sheet: Sheet, paper: Paper, statement: Statement) -> None:
    words = words_of(paper.locale)

    def add(day: str, entry: str, reference: str, amount: Cell, balance: int) -> None:
        currency = statement.currency
        sheet.add([day, entry, reference, amount, amount_of(balance, currency), currency])

    sheet.add([words[each] for each in ("date", "entry", "reference", "amount", "balance", "currency")])
    add(statement.starts_on.isoformat(), words["opening"], "", "", statement.opening_minor)
    for each, balance in zip(statement.movements, statement.balances, strict=True):
        amount = amount_of(each.amount_minor, statement.currency)
        add(each.at.date().isoformat(), words[f"one.{each.kind}"], each.reference, amount, balance)
    add(statement.ends_on.isoformat(), words["closing"], "", "", statement.closing_minor)
