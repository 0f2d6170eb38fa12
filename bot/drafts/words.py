# ruff: noqa: E501  word lists and expressions are read by the line
"""The words of announcements in English, German, French and Spanish."""

from __future__ import annotations

import re
import unicodedata

_MONTHS = (
    "january jan janvier janv enero ene januar jänner jän",
    "february feb février fevrier févr fév febrero februar febr",
    "march mar mars marzo märz mrz",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juin junio juni",
    "july jul juillet juil julio juli",
    "august aug août aout agosto ago",
    "september sept sep septembre septiembre setiembre",
    "october oct octobre octubre oktober okt",
    "november nov novembre noviembre",
    "december dec décembre decembre déc diciembre dic dezember dez",
)
_WEEKDAYS = (
    "monday mon montag lundi lunes lun mo",
    "tuesday tues tue dienstag mardi martes mar di",
    "wednesday weds wed mittwoch mercredi miércoles miercoles mer mié mi",
    "thursday thurs thur thu donnerstag jeudi jueves jeu jue do",
    "friday fri freitag vendredi viernes ven vie fr",
    "saturday sat samstag sonnabend samedi sábado sabado sam sáb sa",
    "sunday sun sonntag dimanche domingo dim dom so",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}


def alternatives(words: dict[str, int] | tuple[str, ...]) -> str:
    """Return a regular expression that matches any of the words, longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def plain(text: str) -> str:
    """Return text in lower case without accents, punctuation or double spaces."""
    text = unicodedata.normalize("NFKD", text.lower().replace("&", " and ").replace("ß", "ss"))
    return " ".join(
        "".join(char if char.isalnum() else " " for char in text if not unicodedata.combining(char)).split(),
    )


_LABELS = {
    "title": "title|talk title|title of talk|title of the talk|seminar title|presentation title|topic|what|subject of the talk"
    "|lecture title|paper|titel|thema|vortrag|vortragstitel|titel des vortrags|titre|titre de l expose|sujet|intitule"
    "|theme|titulo|tema|titulo de la charla|talk|presentation|expose|charla|ponencia",
    "speaker": "speaker|speakers|speaker s|presenter|presenters|who|guest speaker|invited speaker|presented by|lecturer|by"
    "|featured speaker|keynote speaker|talk by|seminar speaker|panelists|panellists|candidate"
    "|referent|referentin|referenten|referent in|referierende|vortragende|vortragender|vortragende r|sprecher|sprecherin"
    "|es spricht|orateur|oratrice|orateurs|intervenant|intervenante|intervenants|intervenant e|intervenant es"
    "|conferencier|conferenciere|presente par|ponente|ponentes|ponente s|conferenciante|orador|oradora|expositor|expositora"
    "|imparte|impartido por",
    "abstract": "abstract|summary|about the talk|description|talk abstract|about this event|about this talk|synopsis"
    "|overview|about|about the event|about the seminar|details|event description|abstract of the talk"
    "|zusammenfassung|inhalt|zum inhalt|kurzfassung|beschreibung|zum vortrag|resume|resume de l expose|presentation du seminaire"
    "|argument|resumen|descripcion|sinopsis",
    "bio": "bio|biography|about the speaker|about the speakers|speaker bio|speaker biography|short bio|bio sketch|biosketch"
    "|biographical note|about the presenter|speaker s bio|speaker s biography|kurzbiografie|kurzbiographie|zur person"
    "|uber den referenten|uber die referentin|vita|lebenslauf|biographie|biografie|notice biographique|a propos de l orateur"
    "|a propos de l intervenant|a propos de l intervenante|a propos de l oratrice|biografia|sobre el ponente|sobre la ponente"
    "|semblanza|acerca del ponente|perfil",
    "when": "when|date and time|date time|time and date|date and hour|day and time|date|dates|day|time|start|starts|start time"
    "|event date|event time|begins|hour|schedule|from"
    "|wann|termin|datum|zeit|uhrzeit|beginn|datum und uhrzeit|zeitpunkt|datum und zeit|termin und ort|datum uhrzeit"
    "|quand|date et heure|heure|horaire|jour|date et horaire|horaires"
    "|cuando|fecha|hora|fecha y hora|horario|dia|dia y hora",
    "both": "when and where|date and location|date and venue|date time and location|date time and place|wann und wo"
    "|zeit und ort|ort und zeit|date et lieu|quand et ou|fecha y lugar|lugar y fecha|date time location|time and place"
    "|time and location|lieu et date",
    "end": "end|ends|end time|until|ende|fin|finish|to time",
    "place": "where|place|location|venue|room|wo|ort|veranstaltungsort|raum|ou|lieu|salle|endroit|donde|lugar|sala|aula"
    "|building|address|in person|in person location|event location|adresse|physical location|vor ort|sede|ubicacion",
    "online": "zoom|zoom link|online|join online|join zoom meeting|join|link|teams|teams link|webinar link|meeting link"
    "|live stream|livestream|virtual|online link|zugang|einwahl|online zugang|lien|lien zoom|visio|lien visio|visioconference"
    "|en ligne|enlace|enlace zoom|en linea|videoconferencia|url|virtual link|microsoft teams meeting|join via zoom|webex|remote"
    "|retransmision|retransmision en directo|en directo|ubertragung|live ubertragung|lien de connexion|lien de visioconference|connexion"
    "|attend online|watch online|stream|virtual location|online via zoom|zoom meeting",
    "capacity": "capacity|seats|places|spots|max participants|maximum participants|plazas|aforo|platze|teilnehmerzahl"
    "|nombre de places|number of seats|jauge|spaces|cupo|class size|limit",
    "deadline": "rsvp|rsvp by|register by|registration deadline|registration closes|rsvp deadline|register before|deadline"
    "|anmeldeschluss|anmeldefrist|anmeldung bis|anmeldung|date limite|date limite d inscription|inscription|inscriptions"
    "|inscription avant le|inscripcion|inscripciones|fecha limite|fecha limite de inscripcion|plazo de inscripcion"
    "|registration|register|how to register|booking|bookings|registration deadline|sign up by",
    "contact": "contact|contacts|contact person|contact email|contact details|email|e mail|questions|enquiries|inquiries"
    "|more information|further information|info|for more information|information|event contact|for further information"
    "|kontakt|ansprechpartner|ansprechpartnerin|ansprechperson|ruckfragen|auskunft|renseignements|informations|contacto"
    "|informacion|mas informacion|correo|contact us",
    "zone": "time zone|timezone|zeitzone|fuseau horaire|zona horaria",
    "length": "duration|length|dauer|duree|duracion",
    "skip": "host|hosts|hosted by|organizer|organizers|organiser|organisers|organized by|organised by|chair|moderator|moderation"
    "|discussant|series|seminar series|category|event type|type|language|langue|sprache|idioma|cost|price|admission|eintritt"
    "|entree|entrada|sponsor|sponsors|sponsored by|audience|keywords|tags|veranstalter|organisation|organisateur|organisatrice"
    "|organisateurs|organiza|organizan|modera|moderador|moderadora|refreshments|area|field|meeting id|passcode|password|kenncode"
    "|reihe|veranstaltungsreihe|cycle|ciclo|leitung|gastgeber|website|web|attachments|advisor|committee|jury|coffee|reception"
    "|lunch|phone|telefon|telephone|telefono|cc|department|code secret|id de reunion|food|parking|accessibility|note|notes"
    "|convener|convenor|co sponsors|art der veranstaltung|event|doors|doors open"
    "|show time as|show as|recurrence|meeting status|required attendees|optional attendees|importance|sensitivity|all day event"
    "|invited by|eingeladen von|invite par|share|instructor|programme|program|dress code|meeting number|respondent|references",
}
LABELS = {label: field for field, labels in _LABELS.items() for label in labels.split("|")}
EMOJI = {
    "\U0001f4c5": "when", "\U0001f5d3": "when", "\U0001f4c6": "when", "\U0001f552": "when", "\u23f0": "when",
    "\U0001f550": "when", "\U0001f553": "when", "\U0001f555": "when", "\U0001f4cd": "place", "\U0001f3db": "place",
    "\U0001f3a4": "speaker", "\U0001f464": "speaker", "\U0001f517": "online", "\U0001f4bb": "online",
    "\U0001f4e7": "contact", "\u2709": "contact", "\U0001f399": "speaker",
}  # fmt: skip

TALK = re.compile(
    r"\b(?:seminars?|webinars?|talks?|lectures?|colloqui(?:um|a)|keynote|workshop|masterclass|symposium|journal club|reading group|brown.bag|fireside"
    r"|speakers?|dissertation defen[cs]e|thesis defen[cs]e|guest speaker|abstract"
    r"|\w{0,14}vortrag|vortr\u00e4ge|vortragsreihe|\w{0,20}kolloquium|ringvorlesung|\w{0,14}vorlesung|referent(?:in|en)?|\w{0,20}seminar"
    r"|s\u00e9minaires?|expos\u00e9|conf\u00e9rences?|soutenance|intervenante?|oratrice|orateur|r\u00e9sum\u00e9"
    r"|seminarios?|charlas?|conferencias?|ponentes?|ponencia|coloquio|resumen)\b",
    re.IGNORECASE,
)
AGAINST = re.compile(
    r"\b(?:minutes of|thanks to (?:all|everyone|those) who|timesheets?|(?:is|are) due\b|out of order|invoice|agenda item|call for (?:papers|abstracts|proposals)|submission deadline|was held|took place"
    r"|fand .{0,40} statt|maintenance|outage|out of office|vacanc(?:y|ies)|job opening|we are hiring|lost and found|recipe"
    r"|team meeting|stand-?up|protokoll|rechnung|facture|compte rendu|acta de la reuni\u00f3n|office hours|receipt|your order"
    r"|auto-?reply|abwesenheitsnotiz|stellenausschreibung|wartung|birthday|recording of|recap|summary of last"
    r"|cancell?ed|annul\u00e9e?|abgesagt|se suspende|apply by|applications? (?:are|is) (?:open|due)|homework|problem set"
    r"|exam\b|appel \u00e0 (?:communications|contributions)|convocatoria|offre d.emploi)",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"^(?:(?:with )?(?:best|kind|warm|many) (?:regards|wishes|thanks)|best|regards|cheers|thanks|thank you|sincerely|yours|viele gr\u00fc\u00dfe|mit freundlichen"
    r"|herzliche gr\u00fc\u00dfe|beste gr\u00fc\u00dfe|(?:bien )?cordialement|bien \u00e0 vous|amicalement|saludos|un (?:cordial )?saludo|atentamente|un abrazo)\b.{0,25}$",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"^\W{0,3}(?:(?:last )?(?:updated|modified)\b|(?:issue|volume|vol\.|ausgabe|num\u00e9ro|n\u00famero|bulletin)\s(?:no\.?\s|nr\.?\s)?\d|page (?:contact|last)|responsible officer|copyright|\u00a9|\(c\) ?\d{4}|privacy"
    r"|skip to|share (?:this|on|via)|add to (?:my )?(?:\w{1,10} )?calendar|print\b|download ics|unsubscribe|to unsubscribe"
    r"|you (?:are receiv|receiv)|sign in|log ?in\b|menu$|search$|cookie|all rights reserved|view (?:this|in)|back to"
    r"|breadcrumb|home [>/\u00bb\u203a]|events? [>/\u00bb\u203a]|accueil [>/\u00bb\u203a]|startseite|inicio [>/\u00bb\u203a]"
    r"|stand:|zuletzt (?:ge\u00e4ndert|aktualisiert)"
    r"|letzte \u00e4nderung|impressum|datenschutz|seite drucken|derni\u00e8re (?:mise|modification)|mis[e]? \u00e0 jour|mentions l\u00e9gales"
    r"|publi\u00e9 le|\u00faltima (?:actualizaci\u00f3n|modificaci\u00f3n)|actualizado|publicado|aviso legal|posted (?:on|by|in)?\b"
    r"|published|ver\u00f6ffentlicht|created(?: on)?:|filed under|twitter|facebook|linkedin|instagram|follow us|read more"
    r"|cricos|abn\b|teqsa|tel(?:efon)?[.:]|fax|sent from my|get outlook|mailing list|_{5,}|click here|partager|imprimer"
    r"|compartir|imprimir|teilen|drucken|one tap mobile|dial by|find your local|previous event|next event|ics$|ical$)",
    re.IGNORECASE,
)
MAIL_HEADER = re.compile(
    r"^(?:from|to|cc|bcc|sent|date|subject|reply-to|von|an|gesendet|betreff|de|\u00e0|envoy\u00e9|objet|para|enviado|asunto)\s?:\s",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"\b(?:refreshments?|coffee|tea|drinks|doors?|lunch|pizza|reception|snacks|cookies|breakfast|dinner|wine|social|network"
    r"|kaffee|tee|einlass|empfang|imbiss|umtrunk|caf\u00e9|th\u00e9|accueil|pot|cocktail|merienda|recepci\u00f3n|apertura|pre-?talk"
    r"|registration (?:opens|from|desk)|check-?in|welcome|sandwich(?:es)?|mingl\w+|meet(?:ing)? the speaker|viewing)\b",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\b(?:rsvp|regist(?:er|ration)|sign[- ]up|book(?:ing)?|deadline|reply|respond|tickets?|anmeld\w{0,12}|inscri\w{0,10}"
    r"|inscr[i\u00ed]b\w{0,8}|reserv\w{0,8}|r\u00e9serv\w{0,8}|confirm\w{0,10}|apply)\b",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"\b(?:by|before|until|no later than|closes?|deadline|due|till|on or before|bis|sp\u00e4testens|vor dem|anmeldeschluss"
    r"|anmeldefrist|avant|jusqu.au|au plus tard|limite|hasta|antes del?|a m\u00e1s tardar|plazo|cierra)\b",
    re.IGNORECASE,
)


def _each(text: str) -> frozenset[str]:
    """Return the words of a list written as text."""
    return frozenset(text.split())


# Capitalised words of headings, places and titles that no one is called.
NOT_NAMES = _each(
    "lecture theatre theater room hall building seminar seminars university department school institute "
    "college centre center series colloquium workshop talk abstract date time online campus library "
    "auditorium faculty laboratory lab program programme research studies science sciences history and "
    "the of for in on at with from a an is new how why what when where zoom teams meeting join us "
    "register registration free open monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november december spring summer autumn fall "
    "winter semester term group museum gallery house level floor street road avenue please dear all "
    "welcome everyone students staff hello hi best regards public annual distinguished guest invited "
    "invitation reminder upcoming events event contact organised host physics mathematics chemistry "
    "biology economics philosophy law engineering computer theory analysis introduction université "
    "universität universidad institut instituto salle sala aula hörsaal raum seminarraum facultad "
    "fakultät faculté departamento département laboratoire kolloquium vortrag séminaire seminario "
    "conférence conferencia edificio bâtiment amphithéâtre gebäude einladung invitación salón notes via "
    "hybrid lunch coffee international national global lounge suite common council bank ministry agency "
    "foundation society association company corp inc data learning machine quantum human social political "
    "climate health deep live that this these those itself themselves after before without into under "
    "over between beyond its their our your his her my not no are was were do does did can could will "
    "would should must it we you they more most some any than as if or but about against through toward "
    "towards during modern old small big great random der die das und les des une el los las oder mit zum "
    "zur im by speaker speakers to be confirmed announced tba tbc information ",
)
