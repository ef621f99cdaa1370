"""Who plays: partners and contractors of the invented three weeks, each with a character."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PartnerRole:
    """A partner and how it is: its hours until it answers, and its habits as chances from 0 to 1."""

    name: str
    subdomain: str
    zone: str
    country: str
    locale: str
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    industries: tuple[str, ...] = ()
    capacity: int = 8
    minutes: int = 30
    answers_after: float = 3.0
    writes: float = 0.5
    """How often it answers by mail, and proposes times later."""
    is_silent: float = 0.05
    declines: float = 0.05
    comes: float = 0.95
    sells: float = 0.6
    """How often a demo leads to something good."""
    uses_local_times: bool = False

    @property
    def email(self) -> str:
        return f"owner@{self.subdomain}.example"

    @property
    def inbox(self) -> str:
        return f"introductions@{self.subdomain}.example"

    @property
    def profile(self) -> dict[str, Any]:
        """What it says of itself, as the graph takes it."""
        return {
            "subdomain": self.subdomain,
            "introEmail": self.inbox,
            "industries": list(self.industries),
            "languages": list(self.languages),
            "needs": list(self.needs),
            "timeZone": self.zone,
            "capacity": self.capacity,
            "preferredDemoDuration": self.minutes,
            "isAccepting": True,
        }


@dataclass(frozen=True, slots=True)
class ContractorRole:
    """A contractor and how it is."""

    name: str
    contact: str
    zone: str
    region: str
    locale: str
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    industry: str = "TRAVEL_AGENCY"
    size: str = "SMALL"
    wants: int = 3
    """Introductions it asks for."""
    answers_after: float = 4.0
    counters: float = 0.15
    forgets: float = 0.1
    """How often it looks at proposed times only when it is asked again."""
    moves: float = 0.2
    calls_off: float = 0.08
    comes: float = 0.92

    @property
    def email(self) -> str:
        first, last = self.contact.lower().split(" ", 1)
        return f"{first}@{last.replace(' ', '')}.example"

    @property
    def facts(self) -> dict[str, Any]:
        """What it says of itself, as the graph takes it."""
        return {
            "name": self.name,
            "industry": self.industry,
            "region": self.region,
            "size": self.size,
            "needs": list(self.needs),
            "languages": list(self.languages),
            "locale": self.locale,
            "timeZone": self.zone,
        }


DEAD_AT_FIRST = "lisboa"
"""The partner whose inbox nobody made yet."""
ON_LEAVE = "kyoto"
"""The partner whose mails are answered by a machine at first."""
BOX_IS_FULL = "hudson"
"""The partner whose provider sends a mail back later, with a report."""

PARTNERS = (
    PartnerRole("Victoria Cruises", "victoria", "Europe/Rome", "IT", "it", ("it", "en"),
                ("CRUISES", "EXCURSIONS"), answers_after=1.2, writes=0.8, sells=0.7),
    PartnerRole("Fjord Lines", "fjord", "Europe/Oslo", "NO", "en", ("en", "de"),
                ("CRUISES", "FERRIES"), answers_after=4.0, minutes=45),
    PartnerRole("Andes Treks", "andes", "America/Lima", "PE", "es", ("es", "en"),
                ("EXCURSIONS", "GUIDES"), answers_after=7.0, comes=0.8, uses_local_times=True),
    PartnerRole("Kyoto Stays", "kyoto", "Asia/Tokyo", "JP", "en", ("en", "fr"),
                ("HOTELS",), answers_after=20.0, minutes=60),
    PartnerRole("Kathmandu Trails", "kathmandu", "Asia/Kathmandu", "NP", "en", ("en", "de"),
                ("EXCURSIONS", "GUIDES"), answers_after=10.0, writes=0.9, is_silent=0.2),
    PartnerRole("Hudson Tours", "hudson", "America/New_York", "US", "en", ("en", "es"),
                ("TRANSFERS", "EXCURSIONS"), answers_after=2.5, uses_local_times=True),
    PartnerRole("Casa Lisboa", "lisboa", "Europe/Lisbon", "PT", "fr", ("en", "fr", "es"),
                ("HOTELS", "TRANSFERS"), answers_after=5.0),
    PartnerRole("Silent Sands", "sands", "Africa/Cairo", "EG", "de", ("en", "de", "fr"),
                ("HOTELS", "EXCURSIONS"), answers_after=30.0, is_silent=0.75, sells=0.3),
)  # fmt: skip

CONTRACTORS = (
    ContractorRole("Aurora Viaggi", "Alba Aurora", "Europe/Rome", "IT-25", "it", ("it", "en"), ("CRUISES",)),
    ContractorRole("Baltic Breaks", "Bert Baltic", "Europe/Berlin", "DE", "de", ("de", "en"), ("FERRIES", "CRUISES")),
    ContractorRole("Cape Agency", "Cleo Cape", "Africa/Johannesburg", "ZA", "en", ("en",), ("HOTELS",), forgets=0.3),
    ContractorRole("Delta Trips", "Dora Delta", "America/New_York", "US", "en", ("en", "es"), ("TRANSFERS",)),
    ContractorRole("Etoile Voyages", "Emile Etoile", "Europe/Paris", "FR", "fr", ("fr", "en"), ("HOTELS",), moves=0.5),
    ContractorRole("Fiesta Rutas", "Fe Fiesta", "Europe/Madrid", "ES", "es", ("es", "en"), ("EXCURSIONS",)),
    ContractorRole("Globe Events", "Gus Globe", "Europe/London", "GB", "en", ("en", "de"), ("HOTELS", "GUIDES"),
                   industry="EVENTS", counters=0.5),
    ContractorRole("Harbour Groups", "Hana Harbour", "Asia/Hong_Kong", "HK", "en", ("en",), ("CRUISES",)),
    ContractorRole("Isar Reisen", "Ida Isar", "Europe/Berlin", "DE-BY", "de", ("de", "en"), ("GUIDES",), comes=0.7),
    ContractorRole("Jolly Schools", "Jo Jolly", "America/Chicago", "US", "en", ("en",), ("EXCURSIONS",), wants=4),
    ContractorRole("Kiwi Holidays", "Kim Kiwi", "Pacific/Auckland", "NZ", "en", ("en",), ("EXCURSIONS",)),
    ContractorRole("Lago Incentives", "Lea Lago", "Europe/Zurich", "CH", "it", ("it", "de", "en"), ("CRUISES", "HOTELS"),
                   industry="EVENTS", calls_off=0.4),
    ContractorRole("Monsoon Travel", "Mira Monsoon", "Asia/Kolkata", "IN", "en", ("en",), ("GUIDES",), forgets=0.25),
    ContractorRole("Nord Gruppen", "Nils Nord", "Europe/Stockholm", "SE", "en", ("en", "de"), ("FERRIES",), wants=4),
)  # fmt: skip
ERASED = "Isar Reisen"
"""The contractor who is forgotten in the middle."""
