"""What is said of a contractor's trade, by the words in its industry's code (S3-111); a code nobody knows is said as it is."""

HOSPITALITY, TOURS, AGENCY, CRUISES, TRANSPORT, EVENTS, BUSINESS, OTHER = (
    "HOSPITALITY", "TOURS", "AGENCY", "CRUISES", "TRANSPORT", "EVENTS", "BUSINESS", "OTHER",
)  # fmt: skip

WORDS = {
    "HOTEL": HOSPITALITY,
    "RESORT": HOSPITALITY,
    "HOSPITALITY": HOSPITALITY,
    "LODGING": HOSPITALITY,
    "TOUR": TOURS,
    "EXPERIENCE": TOURS,
    "ATTRACTION": TOURS,
    "DMC": TOURS,
    "AGENC": AGENCY,
    "RESELLER": AGENCY,
    "OTA": AGENCY,
    "CRUISE": CRUISES,
    "AIRLINE": TRANSPORT,
    "AVIATION": TRANSPORT,
    "TRANSPORT": TRANSPORT,
    "TRANSFER": TRANSPORT,
    "EVENT": EVENTS,
    "MICE": EVENTS,
    "WEDDING": EVENTS,
    "CORPORATE": BUSINESS,
    "BUSINESS": BUSINESS,
}
"""A piece of a code -> the trade it tells of; the first that fits."""

NAMES = {
    HOSPITALITY: {"en": "hospitality", "it": "ospitalità", "de": "Hotellerie", "fr": "hôtellerie", "es": "hostelería"},
    TOURS: {"en": "tours and activities", "it": "tour e attività", "de": "Touren und Erlebnisse",
            "fr": "visites et activités", "es": "visitas y actividades"},
    AGENCY: {"en": "travel agencies", "it": "agenzie di viaggio", "de": "Reisebüros", "fr": "agences de voyages",
             "es": "agencias de viajes"},
    CRUISES: {"en": "cruises", "it": "crociere", "de": "Kreuzfahrten", "fr": "croisières", "es": "cruceros"},
    TRANSPORT: {"en": "transport", "it": "trasporti", "de": "Beförderung", "fr": "transport", "es": "transporte"},
    EVENTS: {"en": "events", "it": "eventi", "de": "Veranstaltungen", "fr": "événementiel", "es": "eventos"},
    BUSINESS: {"en": "business travel", "it": "viaggi d’affari", "de": "Geschäftsreisen", "fr": "voyages d’affaires",
               "es": "viajes de negocios"},
}  # fmt: skip

LINES = {
    HOSPITALITY: {
        "en": "They are in hospitality: occupancy and what guests remember will come up first.",
        "it": "Operano nell’ospitalità: si parlerà anzitutto di occupazione e di ciò che gli ospiti ricordano.",
        "de": "Die Firma ist in der Hotellerie zu Hause: Auslastung und Gästeerlebnis kommen wohl zuerst zur Sprache.",
        "fr": "Leur métier est l’hôtellerie : le taux d’occupation et l’expérience des clients viendront en premier.",
        "es": "Trabajan en hostelería: la ocupación y la experiencia del huésped saldrán primero.",
    },
    TOURS: {
        "en": "They sell tours and activities: availability, group sizes and languages will come up first.",
        "it": "Vendono tour e attività: si parlerà anzitutto di disponibilità, gruppi e lingue.",
        "de": "Sie verkaufen Touren und Erlebnisse: Verfügbarkeit, Gruppengrößen und Sprachen kommen wohl zuerst.",
        "fr": "Ils vendent des visites et des activités : disponibilités, groupes et langues viendront en premier.",
        "es": "Venden visitas y actividades: disponibilidad, grupos e idiomas saldrán primero.",
    },
    AGENCY: {
        "en": "They are a travel agency: net rates, commission and how bookings are made will come up first.",
        "it": "Sono un’agenzia di viaggi: si parlerà anzitutto di tariffe nette, commissioni e prenotazioni.",
        "de": "Es ist ein Reisebüro: Nettopreise, Provision und der Buchungsweg kommen wohl zuerst.",
        "fr": "C’est une agence de voyages : tarifs nets, commissions et réservations viendront en premier.",
        "es": "Son una agencia de viajes: tarifas netas, comisiones y reservas saldrán primero.",
    },
    CRUISES: {
        "en": "They run cruises: ports, sailing dates and large groups will come up first.",
        "it": "Operano crociere: si parlerà anzitutto di porti, date di partenza e grandi gruppi.",
        "de": "Sie betreiben Kreuzfahrten: Häfen, Reisedaten und große Gruppen kommen wohl zuerst.",
        "fr": "Ils exploitent des croisières : escales, dates et grands groupes viendront en premier.",
        "es": "Operan cruceros: puertos, fechas y grupos grandes saldrán primero.",
    },
    TRANSPORT: {
        "en": "They are in transport: timetables, capacity and connections will come up first.",
        "it": "Operano nei trasporti: si parlerà anzitutto di orari, capacità e coincidenze.",
        "de": "Sie befördern Reisende: Fahrpläne, Plätze und Anschlüsse kommen wohl zuerst.",
        "fr": "Leur métier est le transport : horaires, capacités et correspondances viendront en premier.",
        "es": "Trabajan en transporte: horarios, capacidad y conexiones saldrán primero.",
    },
    EVENTS: {
        "en": "They organize events: dates, group sizes and who is on site will come up first.",
        "it": "Organizzano eventi: si parlerà anzitutto di date, numero di partecipanti e presenza sul posto.",
        "de": "Sie organisieren Veranstaltungen: Termine, Gruppengrößen und Betreuung vor Ort kommen wohl zuerst.",
        "fr": "Ils organisent des événements : dates, taille des groupes et présence sur place viendront en premier.",
        "es": "Organizan eventos: fechas, tamaño de los grupos y presencia en el lugar saldrán primero.",
    },
    BUSINESS: {
        "en": "They look after business travel: policies, invoices and reliability will come up first.",
        "it": "Si occupano di viaggi d’affari: si parlerà anzitutto di regole, fatture e affidabilità.",
        "de": "Sie betreuen Geschäftsreisen: Richtlinien, Rechnungen und Verlässlichkeit kommen wohl zuerst.",
        "fr": "Ils gèrent les voyages d’affaires : règles, factures et fiabilité viendront en premier.",
        "es": "Gestionan viajes de negocios: normas, facturas y fiabilidad saldrán primero.",
    },
}  # fmt: skip
ANY_LINE = {
    "en": "Their trade is {name}.",
    "it": "Il loro settore è {name}.",
    "de": "Ihre Branche ist {name}.",
    "fr": "Leur secteur est {name}.",
    "es": "Su sector es {name}.",
}


def trade_of(code: str) -> str:
    """Return the trade that a code tells of; OTHER for none we know."""
    return next(
        (trade for word, trade in WORDS.items() if word in code.upper().split("_") or _has(word, code)), OTHER
    )


def name_of(code: str, locale: str) -> str:
    """Return what a trade is called; of one we do not know, its code in small letters."""
    trade = trade_of(code)
    return NAMES[trade][locale] if trade != OTHER else code.replace("_", " ").lower()


def line_of(code: str, locale: str) -> str:
    """Return a sentence on a contractor's trade."""
    trade = trade_of(code)
    if trade != OTHER:
        return LINES[trade][locale]
    return ANY_LINE[locale].format(name=name_of(code, locale))


def _has(word: str, code: str) -> bool:
    # Three letters and four are in too many other words: `OTA` in `POTASH`.
    return len(word) > 4 and word in code.upper()
