"""Documents as people open them: PDFs are read back by pypdf, spreadsheets by calamine."""

import csv
import datetime as dt
import io
import json
from dataclasses import replace

import pypdf
import pytest
import python_calamine

from domain.documents import BillingDocumentKind, DocumentFormat, Line, MovementKind, Party
from domain.environments import Environment
from domain.money import EXPONENTS
from domain.partners import LOCALES
from integrations.documents import formats
from integrations.documents.pages import page_of
from integrations.documents.typesetting import _characters, pictures_of, shown
from integrations.documents.words import WORDS
from integrations.documents.writing import written
from tests.factories.documents import BUYER, movement, paper, sale, statement

SPACE, NARROW = "\u00a0", "\u202f"
HOSTILE = '*x* #panic("x") $a$ <b> @ref // /* \\ ` _ ~ "quoted" --- = heading'


def read(pdf: bytes) -> str:
    """The text of all pages, lines apart."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


AMOUNTS = {
    "en": ("€1,101.89", "-€60.62", "24 Nov 2026, 16:04 (GMT+01:00)", "24 November 2026"),
    "it": (f"1.101,89{SPACE}€", f"-60,62{SPACE}€", "24 nov 2026, 16:04 (GMT+01:00)", "24 novembre 2026"),
    "de": (f"1.101,89{SPACE}€", f"-60,62{SPACE}€", "24.11.2026, 16:04 (GMT+01:00)", "24. November 2026"),
    "fr": (
        f"1{NARROW}101,89{SPACE}€",
        f"-60,62{SPACE}€",
        "24 nov. 2026, 16:04 (UTC+01:00)",
        "24 novembre 2026",
    ),
    "es": (
        f"1.101,89{SPACE}€",
        f"-60,62{SPACE}€",
        "24 nov 2026, 16:04 (GMT+01:00)",
        "24 de noviembre de 2026",
    ),
}
TITLES = {
    "en": ("Receipt", "Invoice", "Credit note", "Payout statement", "Account statement"),
    "it": ("Ricevuta", "Fattura", "Nota di credito", "Rendiconto del bonifico", "Estratto conto"),
    "de": ("Quittung", "Rechnung", "Rechnungskorrektur", "Auszahlungsabrechnung", "Kontoauszug"),
    "fr": ("Reçu", "Facture", "Avoir", "Relevé de virement", "Relevé de compte"),
    "es": ("Recibo", "Factura", "Nota de abono", "Liquidación de transferencia", "Extracto de cuenta"),
}


def test_a_document_is_dated_to_the_second_whatever_the_clock_says():
    issued_at = dt.datetime(2026, 11, 26, 9, 30, 15, 654_321, tzinfo=dt.UTC)

    reader = pypdf.PdfReader(io.BytesIO(written(replace(paper(), issued_at=issued_at))))

    assert reader.metadata is not None
    assert reader.metadata.creation_date == issued_at.replace(microsecond=0)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_receipt_has_figures_and_days_as_its_readers_write_them(locale):
    text = read(written(paper(locale=locale)))

    total, discount, paid_at, issued_on = AMOUNTS[locale]
    assert text.count(total) == 2
    for each in (discount, paid_at, issued_on, "R-2026-000042", "K7QX2M9A", "pi_3QxYt2KZ", "Mei Wong"):
        assert each in text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_has_a_title_in_every_language(locale):
    titles = tuple(
        read(written(paper(kind, locale))).splitlines()[0].removeprefix("Victoria Cruises ")
        for kind in BillingDocumentKind
    )

    assert titles == TITLES[locale]


def test_every_language_has_the_same_words():
    words = {path.stem: json.loads(path.read_text("utf-8")) for path in WORDS.glob("*.json")}

    assert {*words} == {*LOCALES}
    assert all([*each] == [*words["en"]] for each in words.values())
    assert {*MovementKind} | {f"one.{each}" for each in MovementKind} <= {*words["en"]}
    assert not [each for texts in words.values() for each in texts.values() if not each.strip()]


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("JPY", ("JP¥15,000", f"15.000{SPACE}JPY", f"15.000{SPACE}¥")),
        ("KWD", ("KWD15.000", f"15,000{SPACE}KWD", f"15,000{SPACE}KWD")),
        ("HKD", ("HK$150.00", f"150,00{SPACE}HKD", f"150,00{SPACE}HK$")),
        ("CHF", ("CHF150.00", f"150,00{SPACE}CHF", f"150,00{SPACE}CHF")),
    ],
)
def test_a_currency_has_its_own_decimals(currency, expected):
    assert tuple(formats.money(15000, currency, locale) for locale in ("en", "it", "de")) == expected


@pytest.mark.parametrize("locale", LOCALES)
def test_every_currency_offered_is_shown_in_every_language(locale):
    for currency in EXPONENTS:
        text = formats.money(-123456789, currency, locale)
        assert shown(text) == text
        assert "".join(each for each in text if each.isdigit()) == "123456789"


def test_a_receipt_says_that_no_taxes_are_told_apart_and_in_whose_name_it_is():
    text = read(written(paper()))

    assert "No taxes are shown separately: the prices include whatever taxes the seller owes." in text
    assert "Issued by Interline on behalf of Victoria Cruises." in text
    assert "Tax number: HK-554-221" in text


def test_written_again_a_document_is_the_same_byte_for_byte():
    papers = [
        paper(locale="fr"),
        *(paper(BillingDocumentKind.ACCOUNT_STATEMENT, format=each) for each in DocumentFormat),
    ]

    for each in papers:
        assert written(each) == written(each)


def test_a_document_may_be_issued_in_the_middle_of_a_second():
    issued = paper().issued_at.replace(microsecond=0)

    assert written(replace(paper(), issued_at=issued.replace(microsecond=123_456))) == written(
        replace(paper(), issued_at=issued)
    )


def test_a_pdf_is_made_to_be_kept_for_years():
    """PDF/A-3b: its own claim, and fonts that are all inside."""
    reader = pypdf.PdfReader(io.BytesIO(written(paper())))

    metadata = reader.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "B")
    assert reader.metadata is not None
    assert reader.metadata.title == "Receipt R-2026-000042"
    assert {font.split("+")[1] for page in reader.pages for font in fonts_of(page)} == {
        "Inter-Regular-Identity-H",
        "Inter-SemiBold-Identity-H",
    }


def fonts_of(page):
    return [each.get_object()["/BaseFont"] for each in page["/Resources"]["/Font"].values()]


def test_hostile_texts_stay_texts():
    said = sale(seller=Party(HOSTILE), lines=(Line(HOSTILE, 1, 110189, 110189),), deductions=())
    text = read(written(paper(content=said)))

    assert " ".join(text.split()).count(HOSTILE) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller, Ołena, Đặng", "Müller, Ołena, Đặng"),
        ("Ελένη и Олена", "Ελένη и Олена"),
        ("王 Wong 😀", "□ Wong □"),
        ("ﬁne ①", "fine 1"),
        ("a\u202eb\0c\ud800d\u200be", "abcde"),
        ("line\nbreak\u2028", "line break "),
    ],
)
def test_what_the_font_does_not_have_stops_no_document(text, expected):
    assert shown(text) == expected
    assert written(paper(content=sale(buyer=Party(text))))


def test_every_character_of_the_list_is_in_the_font():
    everything = "".join(sorted(_characters() - {"\u00ad"}))

    assert len(everything) == 1404
    assert written(paper(content=sale(buyer=Party(everything))))


def test_what_is_worth_nothing_says_so():
    assert "Test – of no value" in read(written(paper(environment=Environment.TEST)))
    assert "of no value" not in read(written(paper()))


def test_a_long_statement_has_a_head_and_a_number_on_every_page():
    months = statement(movements=tuple(movement(1 + n % 28, MovementKind.SALE, 100) for n in range(120)))
    pages = [
        each.extract_text()
        for each in pypdf.PdfReader(
            io.BytesIO(written(paper(BillingDocumentKind.ACCOUNT_STATEMENT, "de", content=months)))
        ).pages
    ]

    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von 4" in page
    for page in pages[1:]:
        assert page.startswith("Victoria Cruises Kontoauszug  24. November 2026")
        assert "DATUM VORGANG REFERENZ BETRAG SALDO" in page or "Endsaldo" in page


def test_a_statement_of_nothing_says_so():
    empty = statement(movements=())
    text = read(written(paper(BillingDocumentKind.ACCOUNT_STATEMENT, content=empty)))

    assert "Nothing was posted in this period." in text
    assert "Opening balance €1,250.00\nClosing balance €1,250.00" in text


def test_a_statement_tells_what_its_movements_make():
    text = read(written(paper(BillingDocumentKind.PAYOUT_STATEMENT)))

    for each in (
        "Payout\n€12,000.00",
        "Arrives on 3 November 2026",
        "2 Oct 2026 Sale K7QX2M9A €10,873.00 €12,123.00",
        "30 Oct 2026 Payout po_1 -€12,000.00 €452.50",
        "Opening balance €1,250.00",
        "Sales, after platform fee €11,323.00",
        "Refunds -€120.50",
        "Closing balance €452.50",
    ):
        assert each in text


ROWS = [
    ["Date", "Entry", "Reference", "Amount", "Balance", "Currency"],
    ["2026-10-01", "Opening balance", "", "", "1250.00", "EUR"],
    ["2026-10-02", "Sale", "K7QX2M9A", "10873.00", "12123.00", "EUR"],
    ["2026-10-09", "Sale", "'=1+1", "450.00", "12573.00", "EUR"],
    ["2026-10-09", "Refund", "K7QX2M9A", "-120.50", "12452.50", "EUR"],
    ["2026-10-30", "Payout", "po_1", "-12000.00", "452.50", "EUR"],
    ["2026-10-31", "Closing balance", "", "", "452.50", "EUR"],
]


def test_a_csv_has_every_movement_with_all_its_decimals():
    text = written(paper(BillingDocumentKind.ACCOUNT_STATEMENT, format=DocumentFormat.CSV)).decode(
        "utf-8-sig"
    )

    assert list(csv.reader(io.StringIO(text))) == ROWS


def test_an_xlsx_has_numbers_as_numbers():
    workbook = written(paper(BillingDocumentKind.ACCOUNT_STATEMENT, "it", format=DocumentFormat.XLSX))
    sheet = python_calamine.load_workbook(io.BytesIO(workbook)).get_sheet_by_index(0)

    rows = sheet.to_python()
    assert sheet.name == "Estratto conto"
    assert rows[0] == ["Data", "Movimento", "Riferimento", "Importo", "Saldo", "Valuta"]
    assert rows[2] == ["2026-10-02", "Vendita", "K7QX2M9A", 10873.0, 12123.0, "EUR"]
    assert rows[4][3:] == [-120.5, 12452.5, "EUR"]


def test_a_receipt_is_no_spreadsheet():
    with pytest.raises(ValueError, match="A RECEIPT is a PDF"):
        written(paper(format=DocumentFormat.CSV))


def test_it_can_be_looked_at():
    pictures = pictures_of(page_of(paper(content=sale(buyer=BUYER))), pixels_per_inch=20)

    assert [each[:8] for each in pictures] == [b"\x89PNG\r\n\x1a\n"]
