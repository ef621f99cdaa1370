"""What partners call the fields of a property at the top of a column, in five languages, folded (`headers.folded`)."""

from domain.properties import PropertyField

F = PropertyField

WORDS: dict[tuple[PropertyField, str | None], str] = {
    (F.EXTERNAL_CODE, None): (
        "id, code, external code, external id, property id, property code, listing id, hotel id, hotel code, object id, "
        "reference, ref, our code, internal code, sku, unit id, codice, codice struttura, id struttura, riferimento, "
        "codice interno, codice hotel, kennung, objektnummer, objekt nr, objektnr, objekt id, nummer, nr, referenz, "
        "hotelcode, reference interne, code etablissement, code hotel, identifiant, numero, codigo, codigo interno, "
        "codigo propiedad, codigo alojamiento, referencia, id alojamiento, id propiedad, identificador"
    ),
    (F.NAME, None): (
        "name, property name, hotel name, listing name, title, property, hotel, accommodation, accommodation name, "
        "listing title, nome, nome struttura, nome hotel, denominazione, titolo, struttura, alloggio, objektname, "
        "bezeichnung, hotelname, titel, unterkunft, name der unterkunft, nom, nom de l hotel, nom etablissement, "
        "nom de l etablissement, nom du logement, etablissement, intitule, titre, nombre, nombre del hotel, "
        "nombre alojamiento, nombre del alojamiento, nombre propiedad, alojamiento, titulo, denominacion"
    ),
    (F.TYPE, None): (
        "type, property type, accommodation type, category, kind, room type, listing type, hotel type, tipo, "
        "tipologia, tipo struttura, tipo alloggio, categoria, typ, art, objekttyp, unterkunftsart, kategorie, "
        "art der unterkunft, type de logement, type d hebergement, type etablissement, categorie, tipo de alojamiento, "
        "tipo alojamiento, tipo de propiedad, tipo propiedad, clase"
    ),
    (F.STREET, None): (
        "street, address, address 1, address line 1, street address, addr, property address, full address, indirizzo, "
        "via, strasse, str, adresse, anschrift, strasse und hausnummer, strasse hausnummer, rue, voie, adresse 1, "
        "adresse postale, direccion, calle, domicilio, direccion 1"
    ),
    (F.CITY, None): (
        "city, town, municipality, locality, place, citta, comune, localita, stadt, ort, gemeinde, ortschaft, ville, "
        "commune, localite, ciudad, municipio, localidad, poblacion"
    ),
    (F.POSTAL_CODE, None): (
        "postal code, postcode, zip, zip code, zipcode, post code, cap, codice postale, plz, postleitzahl, code postal, cp, "
        "codigo postal, c p"
    ),
    (F.REGION, None): (
        "region, state, province, county, area, district, regione, provincia, prov, bundesland, kanton, landkreis, "
        "departement, comunidad, comunidad autonoma, estado"
    ),
    (F.COUNTRY, None): (
        "country, country code, nation, nazione, paese, stato, codice paese, land, landercode, laendercode, staat, "
        "landerkennzeichen, pays, code pays, pais, codigo pais, codigo de pais"
    ),
    (F.LATITUDE, None): (
        "latitude, lat, geo lat, gps lat, latitudine, breite, breitengrad, geografische breite, latitud, y coordinate, "
        "coord y"
    ),
    (F.LONGITUDE, None): (
        "longitude, lon, lng, long, geo lon, geo lng, gps lon, gps lng, longitudine, lange, laenge, langengrad, "
        "laengengrad, geografische lange, longitud, x coordinate, coord x"
    ),
    (F.TIME_ZONE, None): (
        "time zone, timezone, tz, iana time zone, fuso orario, fuso, zeitzone, fuseau horaire, fuseau, zona horaria, "
        "huso horario"
    ),
    (F.CURRENCY, None): (
        "currency, currency code, curr, valuta, divisa, moneta, wahrung, waehrung, wahrungscode, devise, monnaie, moneda, "
        "codigo moneda"
    ),
    (F.NIGHTLY_PRICE, None): (
        "price, nightly price, price per night, base price, rate, nightly rate, daily rate, adr, price night, "
        "price eur, price usd, price from, prezzo, prezzo a notte, prezzo per notte, tariffa, prezzo notte, prezzo base, "
        "prezzo eur, preis, preis pro nacht, nachtpreis, ubernachtungspreis, grundpreis, preis eur, preis ab, prix, "
        "prix par nuit, prix nuit, tarif, tarif nuit, prix eur, precio, precio por noche, precio noche, tarifa, "
        "precio base, precio eur, precio desde"
    ),
    (F.STAR_RATING, None): (
        "stars, star rating, hotel stars, classification, star, stelle, numero stelle, classificazione, sterne, "
        "anzahl sterne, hotelsterne, klassifizierung, etoiles, nombre d etoiles, nb etoiles, classement, estrellas, "
        "numero de estrellas, numero estrellas, clasificacion"
    ),
    (F.ROOM_TYPES, None): (
        "room types, rooms detail, units, tipologie camere, zimmertypen, zimmerarten, types de chambres, "
        "tipos de habitacion, tipos de habitaciones"
    ),
    (F.ROOM_TYPES, "QUANTITY"): (
        "rooms, number of rooms, room count, no of rooms, nr of rooms, camere, numero camere, n camere, zimmer, "
        "anzahl zimmer, zimmeranzahl, chambres, nombre de chambres, nb chambres, habitaciones, numero de habitaciones, "
        "num habitaciones, no habitaciones"
    ),
    (F.ROOM_TYPES, "MAX_OCCUPANCY"): (
        "max occupancy, occupancy, accommodates, max guests, guests, sleeps, capacity, ospiti, ospiti max, numero ospiti, "
        "capienza, posti letto, belegung, max belegung, gaste, anzahl gaste, max personen, personen, capacite, "
        "capacite max, voyageurs, nombre de personnes, capacidad, huespedes, plazas, ocupacion, ocupacion maxima"
    ),
    (F.ROOM_TYPES, "NAME"): (
        "room name, room type name, unit name, nome camera, zimmername, nom de la chambre, nombre habitacion"
    ),
    (F.AMENITIES, None): (
        "amenities, facilities, services, features, servizi, dotazioni, comfort, ausstattung, einrichtungen, "
        "annehmlichkeiten, equipements, prestations, commodites, servicios, comodidades, equipamiento, instalaciones"
    ),
    (F.CONTACTS, "NAME"): (
        "contact, contact name, contact person, manager, referente, contatto, nome contatto, responsabile, "
        "ansprechpartner, kontakt, kontaktperson, contact nom, nom du contact, responsable, contacto, "
        "nombre de contacto, persona de contacto"
    ),
    (F.CONTACTS, "EMAIL"): (
        "email, e mail, mail, contact email, email address, posta elettronica, indirizzo email, e mail adresse, "
        "courriel, adresse email, adresse e mail, correo, correo electronico, email contacto"
    ),
    (F.CONTACTS, "PHONE"): (
        "phone, telephone, tel, phone number, contact phone, mobile, telefono, cellulare, numero di telefono, telefon, "
        "telefonnummer, handy, rufnummer, telephone portable, numero de telephone, movil, telefono de contacto"
    ),
    (F.CHECK_IN_FROM, None): (
        "check in, checkin, check in from, check in time, arrival time, arrivo, orario check in, ora arrivo, anreise, "
        "anreise ab, check in ab, ankunft, arrivee, heure d arrivee, arrivee a partir de, entrada, hora de entrada, "
        "llegada"
    ),
    (F.CHECK_OUT_UNTIL, None): (
        "check out, checkout, check out until, check out time, departure time, partenza, orario check out, abreise, "
        "abreise bis, check out bis, depart, heure de depart, depart avant, salida, hora de salida"
    ),
    (F.CANCELLATION, None): (
        "cancellation, cancellation policy, cancelation policy, cancellazione, politica di cancellazione, stornierung, "
        "stornobedingungen, stornierungsbedingungen, annulation, politique d annulation, conditions d annulation, "
        "cancelacion, politica de cancelacion"
    ),
    (F.IS_CHILD_FRIENDLY, None): (
        "children, children allowed, kids, child friendly, family friendly, bambini, bambini ammessi, kinder, "
        "kinder erlaubt, kinderfreundlich, enfants, enfants acceptes, ninos, admite ninos, se admiten ninos"
    ),
    (F.IS_PET_FRIENDLY, None): (
        "pets, pets allowed, pet friendly, animals, animali, animali ammessi, haustiere, haustiere erlaubt, hunde, "
        "animaux, animaux acceptes, animaux admis, mascotas, admite mascotas, se admiten mascotas"
    ),
    (F.DESCRIPTIONS, None): (
        "description, summary, about, text, descrizione, testo, beschreibung, objektbeschreibung, texte, descriptif, "
        "descripcion, resumen, texto"
    ),
    (F.IMAGES, None): (
        "images, image, photos, photo, pictures, picture, picture url, image url, photo url, foto, immagini, immagine, "
        "bilder, bild, fotos, bild url, photo principale, imagenes, imagen, url imagen"
    ),
}
"""Target -> its names."""

LANGUAGES: dict[str, str] = {
    "en": "en, eng, english, inglese, englisch, anglais, ingles",
    "it": "it, ita, italian, italiano, italienisch, italien",
    "de": "de, deu, ger, german, deutsch, tedesco, allemand, aleman",
    "fr": "fr, fra, french, francais, francese, franzosisch, frances",
    "es": "es, esp, spa, spanish, espanol, spagnolo, spanisch, espagnol, castellano",
}
"""Locale -> what stands beside `description` in a header."""
