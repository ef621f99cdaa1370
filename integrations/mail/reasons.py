"""Why a contractor and a partner were brought together, in words: by the factors of matching. Both read them."""

MOST = 4
"""Reasons a mail tells."""

WORDS = {
    "INDUSTRY": {
        "en": "The partner works with companies of this kind.",
        "it": "Il partner lavora con aziende di questo tipo.",
        "de": "Der Partner arbeitet mit Unternehmen dieser Art.",
        "fr": "Le partenaire travaille avec des entreprises de ce type.",
        "es": "El socio trabaja con empresas de este tipo.",
    },
    "NEED": {
        "en": "The partner offers what is needed.",
        "it": "Il partner offre ciò che serve.",
        "de": "Der Partner bietet, was gesucht wird.",
        "fr": "Le partenaire propose ce qui est recherché.",
        "es": "El socio ofrece lo que se necesita.",
    },
    "REGION": {
        "en": "The partner knows the region.",
        "it": "Il partner conosce la regione.",
        "de": "Der Partner kennt die Region.",
        "fr": "Le partenaire connaît la région.",
        "es": "El socio conoce la región.",
    },
    "LANGUAGE": {
        "en": "You speak a common language.",
        "it": "Parlate una lingua comune.",
        "de": "Sie sprechen eine gemeinsame Sprache.",
        "fr": "Vous parlez une langue commune.",
        "es": "Hablan un idioma en común.",
    },
    "TIME_ZONE": {
        "en": "Your office hours overlap.",
        "it": "I vostri orari di lavoro coincidono in parte.",
        "de": "Ihre Bürozeiten überschneiden sich.",
        "fr": "Vos heures de bureau se recoupent.",
        "es": "Sus horarios de oficina coinciden en parte.",
    },
    "RESPONSE": {
        "en": "The partner answers quickly.",
        "it": "Il partner risponde in fretta.",
        "de": "Der Partner antwortet schnell.",
        "fr": "Le partenaire répond rapidement.",
        "es": "El socio responde con rapidez.",
    },
    "OUTCOMES": {
        "en": "Introductions to the partner have gone well so far.",
        "it": "Finora le presentazioni a questo partner sono andate bene.",
        "de": "Bisherige Vorstellungen bei diesem Partner verliefen gut.",
        "fr": "Les mises en relation avec ce partenaire se sont bien passées jusqu’ici.",
        "es": "Las presentaciones a este socio han ido bien hasta ahora.",
    },
}
"""Factor -> locale -> a sentence. What is not here, as a place that is free, is of no interest to the two."""


def sentences(factors: str, locale: str) -> str:
    """Return a sentence a line for factors of which each has a line, the first ones; empty where there are none."""
    said = [WORDS[each][locale] for each in factors.splitlines() if each in WORDS]
    return "\n".join(said[:MOST])
