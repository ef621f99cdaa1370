"""What is to be done about a blocker of an onboarding case, in the languages of the product."""

from domain.onboarding import BlockerCode

TODOS: dict[BlockerCode, dict[str, str]] = {
    BlockerCode.PROFILE_INCOMPLETE: {
        "en": "Complete the profile: country, an English description, a region and a language.",
        "it": "Completi il profilo: paese, una descrizione in inglese, una regione e una lingua.",
        "de": "Vervollständigen Sie das Profil: Land, eine englische Beschreibung, eine Region und eine Sprache.",
        "fr": "Complétez le profil : pays, une description en anglais, une région et une langue.",
        "es": "Complete el perfil: país, una descripción en inglés, una región y un idioma.",
    },
    BlockerCode.PROPERTY_MISSING: {
        "en": "Add a property, by form or by spreadsheet.",
        "it": "Aggiunga una struttura, con il modulo o con un foglio di calcolo.",
        "de": "Fügen Sie eine Unterkunft hinzu, im Formular oder mit einer Tabelle.",
        "fr": "Ajoutez un établissement, par formulaire ou par tableur.",
        "es": "Añada un alojamiento, con el formulario o con una hoja de cálculo.",
    },
    BlockerCode.PROPERTIES_INCOMPLETE: {
        "en": "Complete your properties; each says what it lacks.",
        "it": "Completi le sue strutture; ognuna dice che cosa manca.",
        "de": "Vervollständigen Sie Ihre Unterkünfte; jede sagt, was ihr fehlt.",
        "fr": "Complétez vos établissements ; chacun indique ce qui lui manque.",
        "es": "Complete sus alojamientos; cada uno indica lo que le falta.",
    },
    BlockerCode.DOCUMENTS_MISSING: {
        "en": "Upload the documents required of you, and submit them.",
        "it": "Carichi i documenti richiesti e li invii.",
        "de": "Laden Sie die verlangten Dokumente hoch und reichen Sie sie ein.",
        "fr": "Téléversez les documents demandés, puis envoyez-les.",
        "es": "Suba los documentos requeridos y envíelos.",
    },
    BlockerCode.VERIFICATION_PENDING: {
        "en": "Your documents are being looked at; there is nothing for you to do.",
        "it": "I suoi documenti sono in esame; non deve fare nulla.",
        "de": "Ihre Dokumente werden geprüft; Sie brauchen nichts zu tun.",
        "fr": "Vos documents sont en cours d'examen ; vous n'avez rien à faire.",
        "es": "Sus documentos se están revisando; no tiene que hacer nada.",
    },
    BlockerCode.VERIFICATION_REJECTED: {
        "en": "Replace the documents that were rejected, and submit again.",
        "it": "Sostituisca i documenti respinti e li invii di nuovo.",
        "de": "Ersetzen Sie die abgelehnten Dokumente und reichen Sie erneut ein.",
        "fr": "Remplacez les documents refusés, puis envoyez-les de nouveau.",
        "es": "Sustituya los documentos rechazados y envíelos de nuevo.",
    },
    BlockerCode.VERIFICATION_SUSPENDED: {
        "en": "Your verification was suspended: write to us in a support thread.",
        "it": "La verifica è stata sospesa: ci scriva in una richiesta di assistenza.",
        "de": "Ihre Prüfung wurde ausgesetzt: Schreiben Sie uns in einer Support-Anfrage.",
        "fr": "Votre vérification a été suspendue : écrivez-nous dans une demande d'assistance.",
        "es": "Su verificación se ha suspendido: escríbanos en una consulta de soporte.",
    },
    BlockerCode.SANDBOX_UNDER_WAY: {
        "en": "Your test environment is being made; it takes seconds.",
        "it": "Il suo ambiente di prova è in preparazione; bastano pochi secondi.",
        "de": "Ihre Testumgebung wird eingerichtet; das dauert Sekunden.",
        "fr": "Votre environnement de test est en préparation ; cela prend quelques secondes.",
        "es": "Su entorno de pruebas se está preparando; tarda unos segundos.",
    },
    BlockerCode.CERTIFICATION_MISSING: {
        "en": "Run the certification from your own system until every scenario passes.",
        "it": "Esegua la certificazione dal suo sistema finché ogni scenario è superato.",
        "de": "Führen Sie die Zertifizierung aus Ihrem System durch, bis jedes Szenario besteht.",
        "fr": "Lancez la certification depuis votre système jusqu'à ce que chaque scénario réussisse.",
        "es": "Ejecute la certificación desde su sistema hasta que se superen todos los escenarios.",
    },
    BlockerCode.GO_LIVE_NOT_REQUESTED: {
        "en": "Everything is there: go live.",
        "it": "C'è tutto: vada online.",
        "de": "Alles ist da: Gehen Sie live.",
        "fr": "Tout est prêt : passez en production.",
        "es": "Todo está listo: pase a producción.",
    },
    BlockerCode.PRODUCTION_UNDER_WAY: {
        "en": "Your production environment is being made; it takes seconds.",
        "it": "Il suo ambiente di produzione è in preparazione; bastano pochi secondi.",
        "de": "Ihre Produktionsumgebung wird eingerichtet; das dauert Sekunden.",
        "fr": "Votre environnement de production est en préparation ; cela prend quelques secondes.",
        "es": "Su entorno de producción se está preparando; tarda unos segundos.",
    },
    BlockerCode.MANUAL_PROCESS: {
        "en": "Your account manager takes this case through by hand.",
        "it": "Il suo account manager segue questa pratica manualmente.",
        "de": "Ihr Account-Manager führt diesen Fall von Hand durch.",
        "fr": "Votre responsable de compte traite ce dossier manuellement.",
        "es": "Su gestor de cuenta lleva este caso manualmente.",
    },
}
