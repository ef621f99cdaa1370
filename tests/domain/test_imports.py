"""Cells, headers, mappings and rows of imports, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import cells, mapping
from domain.column_guesses import propose
from domain.errors import Refused
from domain.header_words import WORDS
from domain.headers import find_header, folded, look
from domain.import_checks import check_row
from domain.import_messages import MESSAGES, RowRule
from domain.import_rows import merged, of_json, read_row, to_json
from domain.imports import NEXT, ImportStatus, RowOutcome, moved
from domain.mapping import MappingReason, Plan, Target, is_target
from domain.markup import has_markup, text_of
from domain.partners import LOCALES
from domain.properties import Contact, ContactKind, PropertyField, PropertyType, RoomType
from domain.rules.portfolio import Portfolio

F = PropertyField


def same(text):
    return text


def plan_of(*rows, constants=None, locale="en"):
    looked = look(list(enumerate(rows, 1)))
    return mapping.chosen(propose(looked.header, looked.samples, locale=locale), {}, constants or {})


def values_of(*rows, constants=None):
    """The values of the last row under a header."""
    return read_row(plan_of(*rows, constants=constants), rows[-1], same).values


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1250", None, "1250"),
        ("12.50", None, "12.50"),
        ("12,50", None, "12.50"),
        ("1.250,50", None, "1250.50"),
        ("1,250.50", None, "1250.50"),
        ("1 250,50", None, "1250.50"),
        ("1'250.50", None, "1250.50"),
        ("1\u202f250", None, "1250"),
        ("1.250", None, "1.250"),
        ("1,250", None, "1250"),
        ("1.250", ",", "1250"),
        ("1,250", ",", "1.250"),
        ("1.250.000", None, "1250000"),
        ("-3,7", None, "-3.7"),
        ("abc", None, None),
        ("1e5", None, None),
        ("", None, None),
    ],
)
def test_numbers_are_read_as_five_languages_write_them(text, decimal, number):
    assert cells.number_of(text, decimal=decimal) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["60.0", "1400.0"], "."),
        (["12,5", "1.250"], ","),
        (["1.250,00"], ","),
        (["1.250", "2.500"], None),
        (["12,5", "12.5"], None),
        ([], None),
    ],
)
def test_a_column_shows_its_decimal_mark_or_none(texts, mark):
    assert cells.decimal_mark(texts) == mark


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("60.0", (Decimal("60.0"), None)),
        ("€ 1.250,50", (Decimal("1250.50"), "EUR")),
        ("90 EUR", (Decimal(90), "EUR")),
        ("£85 / night", (Decimal(85), "GBP")),
        ("120,- €", (Decimal(120), "EUR")),
        ("on request", None),
    ],
)
def test_amounts_are_read_with_the_currency_beside_them(text, amount):
    assert cells.amount_of(text) == amount


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("15:00", "15:00"),
        ("3 pm", "15:00"),
        ("15h", "15:00"),
        ("ab 14.30 Uhr", "14:30"),
        ("12 am", "00:00"),
        ("25:00", None),
    ],
)
def test_times_are_read(text, time):
    assert cells.time_of(text) == time


@pytest.mark.parametrize(
    ("text", "flag"), [("Sì", True), ("ja", True), ("✓", True), ("NON", False), ("0", False), ("maybe", None)]
)
def test_truths_are_read_in_five_languages(text, flag):
    assert cells.flag_of(text) is flag


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_too_strange_to_be_read(text):
    for read in (
        cells.number_of,
        cells.amount_of,
        cells.degrees_of,
        cells.time_of,
        cells.stars_of,
        cells.flag_of,
    ):
        read(text)
    cells.amenities_of(text)
    text_of(text)


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), min_size=1, max_size=6))
def test_no_sheet_is_too_strange_to_be_judged(rows):
    try:
        looked = look(list(enumerate(rows, 1)))
    except Refused:
        return
    plan = propose(looked.header, looked.samples, locale="en")
    for number, row in enumerate(rows, 1):
        read = read_row(plan, row, same)
        checked = check_row(number, row, read, before=None, earlier=None, portfolio=Portfolio())
        assert of_json(to_json(checked.told)) == dict(checked.told)
        assert checked.outcome in RowOutcome


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Casa</b><br />Sol", "Casa\nSol"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("Fish &amp; Chips&nbsp;&euro;", "Fish & Chips €"),
        ("<script>alert(1)</script>Casa", "Casa"),
        ("cut off <br /", "cut off"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
    ],
)
def test_html_is_told_as_its_text(markup, text):
    assert has_markup(markup) or markup.startswith("cut")
    assert text_of(markup + "<br>") == text


@pytest.mark.parametrize("text", ["a < b", "R&D", "1 <3 you", "Tom & Jerry", "x > y"])
def test_signs_alone_are_no_html(text):
    assert not has_markup(text)


@pytest.mark.parametrize(
    ("rows", "row", "names"),
    [
        ([["Code", "Name"], ["1", "Casa"]], 1, ("Code", "Name")),
        ([[], ["", ""], ["Code", "Name"], ["1", "Casa"]], 3, ("Code", "Name")),
        (
            [["Our houses 2026", "", ""], ["Code", "Name", "City"], ["1", "a", "b"]],
            2,
            ("Code", "Name", "City"),
        ),
        ([["", "Name", "Name", "name"], ["0", "a", "b", "c"]], 1, ("Column 1", "Name", "Name (2)", "name")),
        ([["1", "40.1", "-3.7"], ["2", "40.2", "-3.8"]], None, ("Column 1", "Column 2", "Column 3")),
        ([["Casa", "casa@example.com"], ["Sol", "sol@example.com"]], None, ("Column 1", "Column 2")),
    ],
)
def test_the_header_is_found_wherever_it_is(rows, row, names):
    header = find_header(list(enumerate(rows, 1)))

    assert header is not None
    assert (header.row, header.names) == (row, names)


def test_blank_rows_have_no_header():
    assert find_header([(1, ["", " "]), (2, [])]) is None


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("Precio/Noche (€)", Target(F.NIGHTLY_PRICE)),
        ("Preis pro Nacht in EUR", Target(F.NIGHTLY_PRICE)),
        ("postalCode", Target(F.POSTAL_CODE)),
        ("PLZ", Target(F.POSTAL_CODE)),
        ("Nome struttura", Target(F.NAME)),
        ("Nom de l'établissement", Target(F.NAME)),
        ("Latitdue", Target(F.LATITUDE)),
        ("Description (FR)", Target(F.DESCRIPTIONS, "fr")),
        ("Beschreibung", Target(F.DESCRIPTIONS, "en")),
        ("description_it", Target(F.DESCRIPTIONS, "it")),
        ("Aria condizionata", Target(F.AMENITIES, "AIR_CONDITIONING")),
        ("Contact email", Target(F.CONTACTS, "EMAIL")),
        ("Anzahl Zimmer", Target(F.ROOM_TYPES, "QUANTITY")),
        ("host_id", None),
        ("number_of_reviews", None),
        ("Host name", None),
        ("last_review", None),
    ],
)
def test_columns_are_known_by_their_names(name, target):
    cell = "40.1" if target == Target(F.LATITUDE) else ""

    (column, _) = plan_of([name, "zzz"], [cell, "x"]).columns

    assert column.target == target
    assert not column.is_unsure


def test_cells_that_contradict_the_name_make_it_unsure():
    (column, _) = plan_of(["Latitude", "zzz"], ["Calle Mayor", "x"], ["Gran Vía", "x"]).columns

    assert (column.target, column.confidence, column.is_unsure) == (Target(F.LATITUDE), 45, True)


def test_cells_alone_are_a_hint_for_a_person():
    column, other = plan_of(["qqq", "zzz"], ["a@b.example", "x"], ["c@d.example", "y"]).columns

    assert (column.target, column.reason, column.is_unsure) == (
        Target(F.CONTACTS, "EMAIL"),
        MappingReason.VALUES,
        True,
    )
    assert other.target is None


def test_of_two_columns_for_one_field_the_clearly_better_one_is_taken():
    plan = plan_of(["Type", "Room type"], ["zzz", "Private room"], ["yyy", "Entire home/apt"])
    assert [each.target for each in plan.columns] == [None, Target(F.TYPE)]

    plan = plan_of(["Name", "Title"], ["Casa", "Sol"])
    assert [each.is_unsure for each in plan.columns] == [False, True]


def test_a_column_that_only_counts_its_rows_is_left_out():
    plan = plan_of(["", "Code", "Name"], ["0", "a", "Casa"], ["1", "b", "Sol"])

    assert next((each.target, each.reason) for each in plan.columns) == (None, MappingReason.INDEX)
    assert plan.is_ready


def test_a_price_needs_a_currency_from_somewhere():
    rows = ["Code", "Name", "Price"], ["a", "Casa", "60"]

    assert plan_of(*rows).lacks() == (F.CURRENCY,)
    assert plan_of(*rows, constants={F.CURRENCY: "EUR"}).is_ready
    assert plan_of(rows[0], ["a", "Casa", "60 €"]).is_ready


def test_several_columns_make_one_field():
    plan = plan_of(["Code", "Name", "Street", "No"], ["a", "Casa", "Calle Mayor", "3"])
    plan = mapping.chosen(plan, {3: Target(F.STREET)}, {})
    # By hand the same field may be chosen for both.
    plan = mapping.chosen(plan, {2: Target(F.STREET), 3: Target(F.STREET)}, {})

    assert read_row(plan, ["a", "Casa", "Calle Mayor", "3"], same).values[F.STREET] == "Calle Mayor 3"


def test_parts_make_contacts_rooms_and_amenities():
    values = values_of(
        ["Code", "Name", "Contact", "Email", "Rooms", "Guests", "WiFi", "Pool", "Amenities"],
        ["a", "Casa", "Anna", "a@b.example", "10", "2", "sí", "no", "Sauna; Klimaanlage; Zauberei"],
    )

    assert values[F.CONTACTS] == [Contact(ContactKind.GENERAL, "Anna", "a@b.example", None)]
    assert values[F.ROOM_TYPES] == [RoomType("STANDARD", "Standard", 2, 10)]
    assert sorted(values[F.AMENITIES]) == ["AIR_CONDITIONING", "SAUNA", "WIFI"]


def test_a_row_is_read_as_its_country_writes():
    values = values_of(
        ["Codice", "Nome", "Tipo", "Latitudine", "Longitudine", "Prezzo", "Check-in", "Animali"],
        ["r1", "Villa Sole", "Agriturismo", "41,9028", "12,4964", "€ 1.250,50", "dalle 15", "no"],
    )

    assert values == {
        F.EXTERNAL_CODE: "r1",
        F.NAME: "Villa Sole",
        F.TYPE: PropertyType.FARM_STAY,
        F.LATITUDE: 41.9028,
        F.LONGITUDE: 12.4964,
        F.NIGHTLY_PRICE: 125_050,
        F.CURRENCY: "EUR",
        F.CHECK_IN_FROM: "15:00",
        F.IS_PET_FRIENDLY: False,
    }


def test_a_price_in_another_currency_than_told_is_refused():
    plan = plan_of(["Code", "Name", "Price", "Currency"], ["a", "Casa", "60 €", "USD"])

    read = read_row(plan, ["a", "Casa", "60 €", "USD"], same)

    assert [(each.rule, each.facts) for each in read.findings] == [
        (RowRule.CURRENCY_DIFFERS, {"found": "EUR", "expected": "USD"})
    ]


def test_yen_have_no_cents():
    assert values_of(["Code", "Name", "Price"], ["a", "Casa", "12,000 JPY"])[F.NIGHTLY_PRICE] == 12_000


def test_cells_beyond_the_header_and_lost_letters_are_told():
    plan = plan_of(["Code", "Name"], ["a", "Casa"])

    read = read_row(plan, ["a", "Caf\N{REPLACEMENT CHARACTER}", "extra"], same)

    assert [each.rule for each in read.findings] == [RowRule.BROKEN_LETTERS, RowRule.EXTRA_CELLS]


def test_what_a_row_leaves_out_stays():
    before = {
        F.NAME: "Casa",
        F.CITY: "Roma",
        F.DESCRIPTIONS: {"en": "Old", "it": "Vecchio"},
        F.CONTACTS: [Contact(ContactKind.FINANCE, "Ugo", "u@b.example")],
    }
    told = {
        F.NAME: "Villa",
        F.DESCRIPTIONS: {"en": "New"},
        F.CONTACTS: [Contact(ContactKind.GENERAL, "Anna", "a@b.example")],
    }

    assert merged(before, told) == {
        F.NAME: "Villa",
        F.CITY: "Roma",
        F.DESCRIPTIONS: {"en": "New", "it": "Vecchio"},
        F.CONTACTS: [
            Contact(ContactKind.FINANCE, "Ugo", "u@b.example"),
            Contact(ContactKind.GENERAL, "Anna", "a@b.example"),
        ],
    }


def test_a_plan_is_kept_as_it_is():
    plan = plan_of(["Code", "Name", "Description DE"], ["a", "Casa", "Schön"], constants={F.COUNTRY: "ES"})

    assert mapping.of_json(*mapping.to_json(plan), locale="en") == plan


def test_every_word_of_a_header_is_folded_and_every_target_exists():
    for (field, part), words in WORDS.items():
        assert field is F.DESCRIPTIONS or is_target(Target(field, part))
        assert [word for word in words.split(", ") if folded(word) != word] == []


def test_every_message_is_there_in_every_language():
    assert {rule: tuple(sorted(sentences)) for rule, sentences in MESSAGES.items()} == dict.fromkeys(
        RowRule, tuple(sorted(LOCALES))
    )


def test_an_import_goes_only_where_its_table_leads():
    allowed = {(one, other) for one in ImportStatus for other in ImportStatus if other in NEXT[one]}
    for one in ImportStatus:
        for other in ImportStatus:
            if (one, other) in allowed:
                assert moved(one, other) is other
            else:
                with pytest.raises(Refused):
                    moved(one, other)
    assert isinstance(Plan((), {}, "en").lacks(), tuple)
