"""What partners write into cells for a truth, a kind of house or a policy, in five languages, folded."""

from domain.properties import CancellationPolicy, PropertyType

YES = frozenset("yes y true t 1 x ok si s vero ja j wahr oui o vrai verdadero".split()) | {"✓", "✔", "☑"}
NO = frozenset("no n false f 0 none falso nein falsch non faux".split()) | {"✗", "✘", "☐", "-"}

TYPE_WORDS: dict[PropertyType, str] = {
    PropertyType.HOTEL: "hotel, hotels, boutique hotel, motel, albergo, gasthof, hotel garni, gran hotel, parador",
    PropertyType.RESORT: "resort, resort hotel, villaggio turistico, ferienanlage, complexe touristique, complejo turistico",
    PropertyType.HOSTEL: "hostel, youth hostel, ostello, jugendherberge, auberge de jeunesse, albergue, hostal juvenil",
    PropertyType.BED_AND_BREAKFAST: "bed and breakfast, bed breakfast, b b, bb, b and b, bnb, chambre d hotes, chambres d hotes, pension con desayuno",
    PropertyType.GUEST_HOUSE: "guest house, guesthouse, pension, pensione, affittacamere, gastehaus, maison d hotes, casa de huespedes, hostal, inn",
    PropertyType.APARTMENT: "apartment, apt, flat, condo, condominium, studio, loft, entire home apt, entire apartment, entire place, entire home, entire rental unit, entire condo, appartamento, intero alloggio, wohnung, ferienwohnung, appartement, logement entier, apartamento, piso, alojamiento entero, estudio",
    PropertyType.APARTHOTEL: "aparthotel, apart hotel, apartment hotel, serviced apartment, residence, appart hotel, apartahotel",
    PropertyType.VILLA: "villa, villas, chalet, mansion",
    PropertyType.HOLIDAY_HOME: "holiday home, vacation home, holiday house, house, cottage, cabin, entire house, casa vacanze, casa, ferienhaus, haus, maison de vacances, maison, gite, casa de vacaciones, casa rural",
    PropertyType.FARM_STAY: "farm stay, farmstay, farm, agriturismo, bauernhof, urlaub auf dem bauernhof, ferme, sejour a la ferme, agroturismo, finca",
    PropertyType.CAMPSITE: "campsite, camping, campground, glamping, campeggio, campingplatz, terrain de camping",
    PropertyType.ROOM: "room, private room, shared room, hotel room, camera, stanza, stanza privata, stanza condivisa, camera privata, zimmer, privatzimmer, gemeinschaftszimmer, chambre, chambre privee, chambre partagee, habitacion, habitacion privada, habitacion compartida",
    PropertyType.OTHER: "other, altro, andere, sonstige, sonstiges, autre, otro, otra, otros",
}
"""Kind of house -> its names. A room that is shared is a room all the same."""

CANCELLATION_WORDS: dict[CancellationPolicy, str] = {
    CancellationPolicy.FLEXIBLE: "flexible, free cancellation, free, flessibile, cancellazione gratuita, flexibel, kostenlos stornierbar, annulation gratuite, cancelacion gratuita, gratis",
    CancellationPolicy.MODERATE: "moderate, medium, moderata, moderat, moderee, moderada",
    CancellationPolicy.STRICT: "strict, rigida, streng, stricte, estricta, strict 14 with grace period",
    CancellationPolicy.NON_REFUNDABLE: "non refundable, nonrefundable, no refund, non rimborsabile, nicht erstattbar, nicht stornierbar, non remboursable, no reembolsable",
}
"""Policy -> its names."""
