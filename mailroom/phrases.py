"""What mail programs and their people write around what somebody says, in the languages that our members use."""

# ruff: noqa: E501  (a language, or a program, a line)

import re

# What a program writes above what it quotes. Each is asked of one line, or of up to four that were broken.
INTRODUCTIONS = re.compile(
    r"[>\s*_]*("
    r"on\b.{6,300}\b(wrote|schreef)"
    r"|el\b.{6,300}\bescribi[óo]|em\b.{6,300}\bescreveu|le\b.{6,300}\ba [ée]crit|il\b.{6,300}\bha scritto"
    r"|am\b.{6,300}\bschrieb\b.{0,200}|op\b.{6,300}\b(schreef|geschreven)\b.{0,200}|den\b.{6,300}\bskrev\b.{0,200}"
    r"|(den )?\d.{6,200}\b(skrev|kirjoitti|написала?|пише|schrieb|wrote|escribi[óo]|a [ée]crit)\b.{0,200}"
    r"|.{3,200}<[^<>\s]+@[^<>\s]+>.{0,60}\b(wrote|escribi[óo]|a [ée]crit|schrieb|escreveu|ha scritto|написала?)"
    r"|.{3,200}\b(написала?|написал\(а\))|\d{4}年.{4,200}(写道|書きました|のメール)?"
    r")\s*[:：]\s*[*_]*",
    re.IGNORECASE,
)
DIVIDERS = re.compile(
    r"[\s>]*([-_=*]{2,}\s*(original message|forwarded message|reply message|original appointment|mensaje original"
    r"|mensaje reenviado|message d'origine|message transf[ée]r[ée]|urspr[üu]ngliche nachricht|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|weitergeleitete nachricht)\s*[-_=*]{2,}|begin forwarded message\s*:"
    r"|inicio del mensaje reenviado\s*:|-{4,} ?reply above this line ?-{4,})\s*",
    re.IGNORECASE,
)
SENDER = re.compile(r"[\s>*]*(from|de|von|da|van|från|fra|от|发件人|寄件者)\s*[*]?\s*[:：][*]?\s*\S.*", re.IGNORECASE)
OTHER_HEADER = re.compile(
    r"[\s>*]*(sent|date|to|subject|cc|reply-to|importance|enviado( el)?|fecha|para|asunto|envoy[ée]( le)?|date|[àa]|objet|gesendet|datum"
    r"|an|betreff|data|inviato|a|oggetto|assunto|enviada( em)?|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne"
    r"|отправлено|кому|тема|дата|发送时间|收件人|主题)\s*[*]?\s*[:：].*",
    re.IGNORECASE,
)
# Where what is quoted bears no marks, a time, a year or an address makes sure that no person wrote that line.
STAMP = re.compile(r"@|\b\d{4}\b|\d{1,2}[:.h]\d{2}")
RULE = re.compile(r"\s*[_-]{10,}\s*")
DELIMITER = re.compile(r"\s*(--|—|––|-- )\s*|\s*[_=*-]{3,}\s*")
DEVICES = re.compile(
    r"[\s_*(<]*(sent from (my |mobile|outlook|mail for|yahoo|proton|samsung|a mobile|the )|sent via |sent with |get outlook for"
    r"|enviado desde (mi |el |outlook|yahoo|correo|un )|enviado con |obtener outlook|obtenga outlook|envoy[ée] de mon "
    r"|envoy[ée] depuis|t[ée]l[ée]charge[zr] outlook|gesendet (von|mit) |von meinem .{2,30} gesendet|enviado do meu |"
    r"enviado de meu|inviato da |verzonden vanaf|skickat från|sendt fra|hämta outlook|отправлено (с|из) |发自我的|从我的)"
    # What is said of a desk, or anything that goes on after a comma, is a sentence.
    r"(?!desk\b|office\b)[^,]{0,60}([,.]? ?\W?(please|excuse|sorry|forgive|pardon|apolog|disculp|perdon).{0,100})?",
    re.IGNORECASE,
)
FAREWELLS = re.compile(
    r"\W*((with )?(kind(est)?|best|warm(est)?|many|all the|my|sincere(ly)?|in solidarity|peace|yours|respectfully|cordially"
    r"|thank(s| you)|cheers|take care|gratefully|be well|regards|warmly|best)"
    r"( (regards|wishes|best|thanks|to (you )?all|so much|very much|you|again|in advance|truly|faithfully|sincerely|and regards))*"
    r"|(un )?(cordial(es|mente)?|saludos?|atentamente|abrazos?|gracias|con cariño|muchas gracias|mil gracias|quedo atent[oa])"
    r"( (saludos?|cordial(es)?|a tod[oa]s|de antemano|por todo|fuertes?|y saludos))*"
    r"|cordialement|bien [àa] vous|merci|salutations|mit freundlichen grüßen|viele grüße|beste grüße|liebe grüße|mfg"
    r"|atenciosamente|abraços?|obrigad[oa]|cordiali saluti|met vriendelijke groet(en)?|mvh)\W*",
    re.IGNORECASE,
)
FOOTERS = re.compile(
    r"[\s*_\-=]*(this (e-?mail|message|communication|transmission)\b.{0,160}\b(confidential|privileged|intended (only|solely|for)"
    r"|solely|property of)|the (information|contents?) (contained )?in this (e-?mail|message|communication|transmission)"
    r"|confidential(ity)?( and privileged)? (notice|note|statement|disclaimer)\b|confidentiality\s*:.{0,200}(e-?mail|message)"
    r"|(privacy|legal) notice\s*:|disclaimer\s*:|notice of confidentiality|important( notice)?\s*:.{0,80}(this e-?mail|confidential)"
    r"|(please )?consider the environment|think before (you )?print|(you|if you) (have )?received this .{0,80}(in|by) error"
    r"|if you are not the intended|(este|el presente) (mensaje|correo)( electr[óo]nico)?.{0,200}\b(confidencial|privilegiad|destinatari|exclusiv)"
    r"|aviso (de confidencialidad|de privacidad)|aviso legal\s*[:.]|nota de confidencialidad|la informaci[óo]n contenida en este (correo|mensaje)"
    r"|antes de imprimir|piense en el medio ambiente|si (usted )?(ha recibido|no es).{0,80}(error|destinatari)"
    r"|ce (message|courriel).{0,120}confidentiel|diese e-?mail.{0,120}vertraulich|virus-free\.|libre de virus"
    r"|you received this message because you are subscribed|to unsubscribe from this).*",
    re.IGNORECASE | re.DOTALL,
)
BANNER = re.compile(
    r"[\s*]*(\[?external( e-?mail| sender)?\]?\s*:?\s*$|caution\b.{0,40}\b(external|outside|originated)"
    r"|\W*this (e-?mail|message) (originated|came) (from )?outside|you don't often get e-?mail from|some people who received this message).*",
    re.IGNORECASE,
)
