"""What an import says of a row, beside what the rules of properties say; in every language of the product."""

from enum import StrEnum


class RowRule(StrEnum):
    """What an import looks at in a row before the rules of properties do. Part of the API: a code never changes."""

    MARKUP = "MARKUP"
    MOJIBAKE = "MOJIBAKE"
    CONTROL_CHARACTERS = "CONTROL_CHARACTERS"
    BROKEN_LETTERS = "BROKEN_LETTERS"
    EXTRA_CELLS = "EXTRA_CELLS"
    ROW_REPEATED = "ROW_REPEATED"
    CODE_REPEATED = "CODE_REPEATED"
    AMENITIES_LEFT_OUT = "AMENITIES_LEFT_OUT"
    CURRENCY_DIFFERS = "CURRENCY_DIFFERS"
    CHANGED_SINCE = "CHANGED_SINCE"


MESSAGES: dict[RowRule, dict[str, str]] = {
    RowRule.MARKUP: {
        "en": "The cell has HTML; its text is taken.",
        "it": "La cella contiene HTML; ne viene preso il testo.",
        "de": "Die Zelle enthält HTML; übernommen wird ihr Text.",
        "fr": "La cellule contient du HTML ; son texte est repris.",
        "es": "La celda contiene HTML; se toma su texto.",
    },
    RowRule.MOJIBAKE: {
        "en": "The letters were once read in the wrong encoding; they are put right.",
        "it": "Le lettere sono state lette una volta con la codifica sbagliata; vengono corrette.",
        "de": "Die Buchstaben wurden einmal in der falschen Kodierung gelesen; sie werden berichtigt.",
        "fr": "Les lettres ont été lues une fois dans le mauvais encodage ; elles sont rétablies.",
        "es": "Las letras se leyeron una vez con la codificación equivocada; se corrigen.",
    },
    RowRule.CONTROL_CHARACTERS: {
        "en": "The cell has characters that can not be shown; they are left out.",
        "it": "La cella contiene caratteri non visualizzabili; vengono tralasciati.",
        "de": "Die Zelle enthält Zeichen, die nicht darstellbar sind; sie werden weggelassen.",
        "fr": "La cellule contient des caractères non affichables ; ils sont omis.",
        "es": "La celda contiene caracteres que no se pueden mostrar; se omiten.",
    },
    RowRule.BROKEN_LETTERS: {
        "en": "Letters of the cell are lost in the file; look at the original.",
        "it": "Alcune lettere della cella sono andate perse nel file; si veda l'originale.",
        "de": "Buchstaben der Zelle sind in der Datei verloren; sehen Sie im Original nach.",
        "fr": "Des lettres de la cellule sont perdues dans le fichier ; voyez l'original.",
        "es": "Se han perdido letras de la celda en el archivo; consulte el original.",
    },
    RowRule.EXTRA_CELLS: {
        "en": "The row has {cells} cells where the header has {columns}; those beyond are not read.",
        "it": "La riga ha {cells} celle, l'intestazione {columns}; quelle in più non vengono lette.",
        "de": "Die Zeile hat {cells} Zellen, die Kopfzeile {columns}; was darüber ist, wird nicht gelesen.",
        "fr": "La ligne a {cells} cellules, l'en-tête {columns} ; celles en trop ne sont pas lues.",
        "es": "La fila tiene {cells} celdas y la cabecera {columns}; las que sobran no se leen.",
    },
    RowRule.ROW_REPEATED: {
        "en": "The row says the same as row {row}.",
        "it": "La riga dice lo stesso della riga {row}.",
        "de": "Die Zeile sagt dasselbe wie Zeile {row}.",
        "fr": "La ligne dit la même chose que la ligne {row}.",
        "es": "La fila dice lo mismo que la fila {row}.",
    },
    RowRule.CODE_REPEATED: {
        "en": "Row {row} has the same code and says something else; one code is one property.",
        "it": "La riga {row} ha lo stesso codice e dice altro; un codice è una struttura.",
        "de": "Zeile {row} hat denselben Code und sagt etwas anderes; ein Code ist ein Haus.",
        "fr": "La ligne {row} a le même code et dit autre chose ; un code est un hébergement.",
        "es": "La fila {row} tiene el mismo código y dice otra cosa; un código es un alojamiento.",
    },
    RowRule.AMENITIES_LEFT_OUT: {
        "en": "These amenities are not known and left out: {words}.",
        "it": "Questi servizi non sono conosciuti e vengono tralasciati: {words}.",
        "de": "Diese Ausstattung ist nicht bekannt und wird weggelassen: {words}.",
        "fr": "Ces équipements ne sont pas connus et sont omis : {words}.",
        "es": "Estos servicios no se conocen y se omiten: {words}.",
    },
    RowRule.CURRENCY_DIFFERS: {
        "en": "The price is in {found}, the currency says {expected}.",
        "it": "Il prezzo è in {found}, la valuta dice {expected}.",
        "de": "Der Preis ist in {found}, die Währung sagt {expected}.",
        "fr": "Le prix est en {found}, la devise dit {expected}.",
        "es": "El precio está en {found}, la moneda dice {expected}.",
    },
    RowRule.CHANGED_SINCE: {
        "en": "The property was changed after the import, so it stays as it is.",
        "it": "La struttura è stata modificata dopo l'importazione, quindi resta com'è.",
        "de": "Das Haus wurde nach dem Import geändert und bleibt, wie es ist.",
        "fr": "L'hébergement a été modifié après l'import ; il reste tel quel.",
        "es": "El alojamiento se modificó después de la importación; queda como está.",
    },
}
