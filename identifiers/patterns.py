"""The patterns, one row each: class, expression, and a question that the match must answer with yes.

They read folded text (see `folding`), and mark the value with the group `v`, not its label. Every repetition has an
upper bound, so that the time grows with the length of the text and no faster.
Source of the classes: 45 CFR 164.514(b)(2)(i); of the number formats: Social Security Administration (SSN),
USCIS (A-number, receipt, I-94), ICE (SEVIS), CMS (Medicare), ISO/IEC 7812 (cards), ISO 3779 (vehicles).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from identifiers.pieces import (
    CODE,
    DATES,
    KIN,
    LINK,
    LINK_NUMBER,
    NAME,
    NAME_WORD,
    NUMBER,
    PLACE,
    SHORT_DATE,
    STATE_CODES,
    STATES,
    B,
    E,
    S,
)
from identifiers.questions import (
    digits,
    in_person_sentence,
    is_a_number,
    is_birth,
    is_card,
    is_code,
    is_date,
    is_iban,
    is_ip,
    is_name,
    is_place,
    is_receipt,
    is_said_name,
    is_someones_date,
    is_someones_short_date,
    is_spelled_email,
    is_ssn,
    is_street,
    is_titled_name,
    is_two_part_name,
    is_unclaimed_number,
    is_vin,
    yes,
)


@dataclass(frozen=True, slots=True)
class Pattern:
    cls: str
    regex: re.Pattern[str]
    accept: Callable[[re.Match[str]], bool]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        for match in self.regex.finditer(text):
            if self.accept(match):
                yield match.span("v")


def _row(cls: str, expression: str, accept: Callable[[re.Match[str]], bool] = yes, flags: int = re.I) -> Pattern:
    return Pattern(cls, re.compile(expression, flags), accept)


STREET_KINDS = (
    "street|st|avenue|ave|boulevard|blvd|road|rd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|ter|parkway|pkwy|circle|cir|"
    "highway|hwy|trail|trl|square|sq|alley|plaza|broadway"
)
LOCAL = r"[A-Za-z0-9][\w.+-]{0,63}"
DOMAIN = r"[A-Za-z0-9][A-Za-z0-9-]{0,40}"
AT = r"(?: ?@ ?| {0,2}[(\[{<] {0,2}(?:at?|@|arroba) {0,2}[)\]}>] {0,2}| (?:at|arroba) )"
DOT = (
    r"(?: ?\. ?(?=[a-z])| {0,2}[(\[{<] {0,2}(?:dot|\.|punto) {0,2}[)\]}>] {0,2}|"
    r" (?:dot|punto) )"
)
MAILBOX = r"(?:gmail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|aol|live|msn)"
SPELLED_TLD = r"(?:com|org|net|edu|gov|info|us|uk|ca|mx|example|test|invalid)"

PATTERNS: tuple[Pattern, ...] = (
    # Social Security and taxpayer numbers
    _row(
        "ssn",
        rf"{B}(?<![-.$])(?P<v>\d{{3}}(?P<s> ?[-./_] ?| {{1,2}})\d\d(?P=s)\d{{4}}){E}"
        rf"(?![-.]\d)",
        is_ssn,
    ),
    _row(
        "ssn",
        rf"{B}(?:ssn?|itin|ss ?(?:#|no|num)|social(?: security| sec)?|soc"
        rf"(?:ial)? sec|seguro social|nss)\.?{LINK}"
        rf"(?P<v>(?:[x*\d][ -]?){{5}}\d{{4}}|\d(?:[-. ]{{0,3}}\d){{8}}){E}",
    ),
    _row(
        "ssn",
        rf"{B}(?:last (?:four|4)|ultimos (?:cuatro|4))[^\n\d]{{0,30}}(?:ssn|"
        rf"social|seguro)[^\n\d]{{0,20}}(?P<v>\d{{4}}){E}",
    ),
    _row(
        "ssn",
        rf"{B}(?:ssn|social(?: security)?(?: number)?) (?:ends|ending)(?: in|"
        rf" with)? (?P<v>\d{{4}}){E}",
    ),
    # Immigration numbers
    _row(
        "a_number",
        rf"{B}(?P<v>a[ ]?[-#:.]{{0,2}}[ ]{{0,2}}(?:\d{{7,9}}|\d{{3}}[ .-]{{1,3}}\d{{3}}[ .-]{{1,3}}\d{{3}}|"
        rf"\d{{3}}[ .-]{{1,3}}\d{{6}}|\d{{6}}[ .-]{{1,3}}\d{{3}}|"
        rf"\d{{1,2}}[ .-]{{1,3}}\d{{3}}[ .-]{{1,3}}\d{{3}})){E}(?![-.,]\d)",
        is_a_number,
    ),
    _row(
        "a_number",
        rf"{B}(?:a[- ]?(?:numbers?|num|no|nr|file|#)|alien(?: registration)?"
        rf"(?: numbers?| num| no| file| #|#)|uscis ?(?:#|no|number|num)|"
        rf"numero (?:de )?(?:a|alien|extranjero|registro de extranjero)|"
        rf"alien (?:is|:)){LINK}"
        rf"(?P<v>a?[ -]?\d(?:[ .-]{{0,3}}\d){{6,8}}){E}",
    ),
    _row(
        "receipt",
        rf"{B}(?P<v>(?:eac|wac|lin|src|msc|nbc|ioe|ysc|mct|tsc|vsc|nsc|csc|"
        rf"psc|zar|znk|zla|zhn){S}{{0,2}}\d(?:[ .*-]{{0,2}}\d){{9}}){E}",
    ),
    _row("receipt", rf"{B}(?P<v>[A-Z]{{3}}[- ]?\d{{10}}){E}", is_receipt, flags=0),
    _row(
        "receipt",
        rf"{B}(?:uscis )?(?:receipt|recibo)(?: notice)?{LINK_NUMBER}(?P<v>[A-Z]{{3}}[ *-]?\d"
        rf"(?:[ .-]?\d){{9}}){E}",
    ),
    _row("sevis", rf"{B}(?P<v>n ?[-#]?0?0 ?-?\d{{2}}(?:[ -]?\d){{6,7}}){E}", digits(10, 10)),
    _row("sevis", rf"{B}(?P<v>N-?\d{{10}}){E}", flags=0),
    _row("sevis", rf"{B}sevis{LINK}(?P<v>n?[ -]?\d(?:[ -]?\d){{9}}){E}"),
    _row("i94", rf"{B}(?P<v>\d{{9}}[A-Z]\d|\d{{3}} \d{{3}} \d{{3}} ?[A-Z] ?\d){E}"),
    _row(
        "i94",
        rf"{B}(?:i ?-? ?94a?|admission(?: record)?(?: i-?94)?{S}{{0,2}}(?:{NUMBER}|"
        rf"#)|(?:numero de )?admision|(?:arrival|departure) record)"
        rf"{LINK}(?P<v>\d(?:[ -]?\d){{8}}[ -]?[A-Z\d][ -]?\d){E}",
    ),
    # Records, plans, accounts
    _row(
        "mrn",
        rf"{B}(?:mrn|m\.r\.n\.|medical rec(?:ord)?|chart|emr|ehr|expediente"
        rf"(?: medico)?|historia clinica)(?: numbers?| num| no| id| #)?"
        rf"{LINK}(?P<v>{CODE}){E}",
        is_code(4),
    ),
    _row(
        "mrn",
        rf"{B}(?:patient|client|paciente|cliente|participant|file|case file|"
        rf"intake|health record){S}{{0,2}}(?:{NUMBER}|#){LINK}(?P<v>{CODE}){E}",
        is_code(4),
    ),
    _row(
        "plan_account",
        rf"{B}(?P<v>[1-9][AC-HJ-NP-RT-Y][AC-HJ-NP-RT-Y0-9]\d-?[AC-HJ-NP-RT-Y][AC-HJ-NP-RT-Y0-9]\d-?[AC-HJ-"
        rf"NP-RT-Y]{{2}}\d\d){E}",
        digits(4),
    ),
    _row(
        "plan_account",
        rf"{B}(?:medicaid|medicare|medi-cal|insurance|health plan|policy|"
        rf"poliza|subscriber|member|beneficiary|group|plan|ebt|snap|"
        rf"account|acct|cuenta|routing|iban|bank|checking|savings|claim|"
        rf"prior auth(?:orization)?)(?: card| account| acct| policy| member)?"
        rf"{LINK_NUMBER}(?P<v>{CODE}){E}",
        is_code(5),
    ),
    _row(
        "plan_account",
        rf"{B}(?:numero de (?:cuenta|poliza|seguro medico|medicaid|miembro)){LINK}"
        rf"(?P<v>{CODE}){E}",
        digits(5),
    ),
    _row(
        "plan_account",
        rf"{B}(?:account|acct|medicaid|medicare|routing|cuenta)\.? (?:is |"
        rf"es |no )?(?P<v>[A-Z]{{0,3}}\d{{6,17}}[A-Z]?){E}",
    ),
    _row("plan_account", rf"{B}(?P<v>[A-Z]{{2}}\d\d(?: ?[A-Z0-9]{{4}}){{3,7}}(?: ?[A-Z0-9]{{1,3}})?){E}", is_iban),
    # Papers
    _row(
        "passport",
        rf"{B}(?:passport|pasaporte|travel document|ppt)(?:[^\d\n]{{0,30}}?"
        rf"(?<![A-Za-z]))?{LINK}"
        rf"(?P<v>(?:[A-Z]{{1,3}}[ -]?)?\d(?:[ -]?\d){{5,9}}[A-Z]?){E}(?![-/]\d)",
    ),
    _row("passport", r"(?P<v>P[A-Z<][A-Z]{3}[A-Z]{2,30}<<[A-Z<]{2,40})"),
    _row("passport", rf"{B}(?P<v>[A-Z0-9<]{{9}}\d[A-Z]{{3}}\d{{7}}[MFX<]\d{{7}}[A-Z0-9<]{{0,16}})", flags=0),
    _row(
        "licence",
        rf"{B}(?:(?:driver'?s?'? ?)?licen[cs]es?(?! plate)|dl|drivers?|certificates?|"
        rf"cert|permit|state id|id card|identity card|national id|green card|"
        rf"npi|dea|bar|ead|employment authorization|work permit|naturalization|"
        rf"birth certificate|death certificate|"
        rf"licencia(?: de conducir)?|cedula|dni|curp|matricula|tarjeta de residencia|"
        rf"carnet|dpi)(?: card| certificate| document)?"
        rf"{LINK_NUMBER}(?P<v>{CODE}){E}",
        is_code(4),
    ),
    _row(
        "licence",
        rf"{B}(?:npi|dl|dni|curp|cedula|dpi|driver'?s? licen[cs]e|licencia|"
        rf"id card|work permit|ead) (?:is |es |[A-Z]{{2}} )?(?P<v>[A-Z]{{0,4}}\d{{5,14}}[A-Z]?){E}",
    ),
    _row("licence", rf"{B}(?P<v>[A-Z]{{4}}\d{{6}}[HM][A-Z]{{5}}[A-Z0-9]\d){E}", flags=0),  # CURP
    _row("card", rf"{B}(?<![-.])(?P<v>\d(?: ?-? ?\d){{12,18}}){E}", is_card),
    # E-mail
    _row("email", rf"(?<![\w.+-])(?P<v>{LOCAL}@(?:{DOMAIN}\.){{1,5}}[A-Za-z]{{2,24}}){E}"),
    _row(
        "email",
        rf"(?<![\w.+-])(?P<v>(?P<local>{LOCAL}(?:(?: dot | punto )[\w-]{{1,30}}){{0,2}})"
        rf"(?P<at>{AT})(?:{DOMAIN}{DOT}){{1,3}}{SPELLED_TLD}){E}",
        is_spelled_email,
    ),
    _row(
        "email",
        rf"(?<![\w.+-])(?P<v>{LOCAL}(?: at | ?@ ?){MAILBOX}(?: ?[.,] ?| dot | punto )(?:com|net|org|me|[a-z]{{2}})){E}",
    ),
    # Dates of birth
    *(_row("birth_date", rf"{B}(?P<v>{date}){E}", is_birth) for date in DATES),
    _row(
        "birth_date",
        rf"{B}(?:dob|d\.o\.b\.|date of birth|birth ?date|nacimiento){LINK}"
        rf"(?P<v>(?:19|20)\d{{6}}|\d{{4}}(?:19|20)\d\d|\d{{6}}|\d\d? \d\d? "
        rf"(?:19|20)\d\d){E}",
    ),
    # Fax and phone (the finder adds what the phone library knows)
    _row(
        "phone",
        rf"{B}(?<![-.$/])(?P<v>(?:\+?1[ .-]{{1,2}})?(?:\(\d{{3}}\) {{0,2}}[-.]? ?|"
        rf"\d{{3}} ?[-./] ?)\d{{3}} ?[-. /] ?\d{{4}}(?:,? ?(?:x|ext)\.? ?\d{{1,5}})?){E}"
        rf"(?![-/]\d)",
    ),
    _row("phone", rf"{B}(?P<v>555-?01\d\d){E}"),
    _row(
        "phone",
        rf"{B}(?:tele?(?:phone)?s?|phones?|cell(?:ular|phone)?s?|mobile|"
        rf"cel|celular|telefono|movil|whats ?app|signal|sms|texted|text|"
        rf"call(?:ed)?|llam[ea]\w{{0,4}}|"
        rf"reach (?:him|her|me|them|us) (?:at|on)|marc[ae]\w?){S}{{0,3}}"
        rf"(?:(?:him|her|me|us|them|number|numero|no|num|is|es|al|at|on|"
        rf"the|clinic|office|client|a){S}{{1,3}}){{0,4}}"
        rf"(?P<v>\+?\(?\d(?:[ ().-]{{0,2}}\d){{6,14}}){E}(?!%)",
        is_code(7),
    ),
    _row("phone", rf"(?<![\w+])(?P<v>\+\d(?:[ ().-]{{0,2}}\d){{7,14}}){E}"),
    # Warn level
    _row(
        "url",
        r"(?P<v>https?://[^\s<>\"']{1,300}[?&#](?:name|first_?name|last_?name|"
        r"email|e-?mail|user(?:name|_?id)?|uid|client(?:_?id)?|patient(?:_?id)?|"
        r"id|mrn|dob|ssn|phone|tel|case(?:_?id)?|a_?number|receipt|token|"
        r"key|auth|session|member(?:_?id)?|person|q|profile)=[^\s<>\"')]{1,500})",
    ),
    _row(
        "url",
        rf"{B}(?P<v>(?:https?://)?(?:www\.|m\.|[a-z]{{2}}-[a-z]{{2}}\.)?"
        rf"(?:facebook\.com|instagram\.com|linkedin\.com/in|tiktok\.com/@|"
        rf"twitter\.com|x\.com|t\.me|wa\.me|gofundme\.com/f)/?[\w.%-]{{3,60}})",
    ),
    _row("ip", rf"{B}(?<![.-])(?P<v>\d{{1,3}}(?:\.\d{{1,3}}){{3}}){E}(?!\.\d)", is_ip),
    _row("ip", rf"{B}(?<!:)(?P<v>[0-9a-f]{{1,4}}(?::{{1,2}}[0-9a-f]{{1,4}}){{2,7}}){E}(?!:)", is_ip),
    _row("vehicle", rf"{B}(?P<v>[A-HJ-NPR-Z0-9]{{17}}){E}", is_vin),
    _row("vehicle", rf"{B}vin{LINK}(?P<v>[A-HJ-NPR-Z0-9]{{11,17}}){E}", digits(3)),
    _row(
        "vehicle",
        rf"{B}(?:licen[cs]e plates?|number plate|plates?|placas?|tag){LINK}"
        rf"(?P<v>(?=[A-Z -]{{0,7}}\d)(?-i:[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,5}}"
        rf"(?:-[A-Z0-9]{{1,3}})?)){E}",
        digits(1),
    ),
    _row(
        "device",
        rf"{B}(?:serial|s/n|imei|device id|device|pump|pacemaker|ankle monitor|"
        rf"monitor|bracelet|numero de serie){LINK_NUMBER}(?P<v>{CODE}|(?-i:[A-Z0-9]{{2,6}}-?[A-Z0-9-]"
        rf"{{4,16}})){E}",
        digits(4),
    ),
    _row("device", rf"{B}(?:imei|serial) (?P<v>[A-Z]{{0,4}}\d[A-Z0-9-]{{5,18}}){E}"),
    _row("device", rf"{B}(?<!:)(?P<v>[0-9a-f]{{2}}(?P<s>[:-])(?:[0-9a-f]{{2}}(?P=s)){{4}}[0-9a-f]{{2}}){E}"),
    _row(
        "case_number",
        rf"{B}(?:case|docket|file|expediente|caso|booking|inmate|detainee|"
        rf"unhcr|fins?|fbi|reference|ref|control){LINK_NUMBER}(?P<v>{CODE}){E}",
        is_code(4),
    ),
    _row("case_number", rf"{B}(?P<v>\d{{1,2}}:\d\d-(?:cv|cr|mc|md|mj)-\d{{3,6}}(?:-[A-Z]{{2,4}}){{0,2}}){E}"),
    *(
        _row(
            "hearing",
            rf"{B}(?:hearing|master calendar|merits|individual|master|asylum interview|"
            rf"credible fear interview|check-?in|audiencia|bond)[^.!?\n]{{0,60}}?{B}"
            rf"(?P<v>{date}){E}",
            is_date,
        )
        for date in DATES
    ),
    _row(
        "hearing",
        rf"{B}(?:hearing|master calendar|merits|asylum interview|audiencia)[^.!?\n]{{0,40}}?{B}"
        rf"(?P<v>{SHORT_DATE}){E}",
        lambda m: int(m["v"].split("/")[0]) in range(1, 13),
    ),
    *(
        _row(
            "hearing",
            rf"{B}(?P<v>{date}){E}[^.!?\n]{{0,25}}{B}(?:hearing|master calendar|"
            rf"merits hearing|asylum interview|audiencia){E}",
            is_date,
        )
        for date in DATES
    ),
    _row(
        "hearing",
        rf"{B}(?:hearing|master calendar|asylum interview|bond hearing|audiencia)s?[^.!?\n]{{0,25}}? "
        rf"(?:in|at|en) (?:the )?(?P<v>(?P<place>{PLACE})){E}",
        is_place,
    ),
    _row("hearing", rf"{B}(?P<v>(?P<place>{PLACE}) (?:Immigration Court|Asylum Office)){E}", is_place, flags=0),
    _row(
        "hearing",
        rf"{B}(?:immigration court|asylum office|corte de inmigracion) (?:in|"
        rf"at|en) (?P<v>(?P<place>{PLACE})){E}",
        is_place,
    ),
    _row(
        "detention",
        rf"{B}(?P<v>(?P<place>{PLACE}) (?:Detention (?:Center|Centre|Facility)|"
        rf"Processing Center|Correctional (?:Center|Facility|Institution)|"
        rf"ICE Facility|Residential Center|County Jail|Jail)){E}",
        is_place,
        flags=0,
    ),
    _row(
        "detention",
        rf"{B}(?:detained|held|locked up|custody|in detention|detenid[oa]) "
        rf"(?:at|en) (?:the )?(?P<v>(?P<place>{PLACE})){E}",
        is_place,
    ),
    _row(
        "detention",
        rf"{B}(?:detained|detention|ice|detenid[oa])[^.!?\n]{{0,30}}? (?P<v>Stewart|"
        rf"Adelanto|Otay Mesa|Eloy|Karnes|Dilley|Krome|Tacoma|Lumpkin|Jena|"
        rf"Winnfield|Irwin|Aurora|Batavia|Elizabeth|Farmville|Pearsall|Florence|"
        rf"Moshannon){E}",
        yes,
    ),
    _row(
        "judge",
        rf"{B}(?:(?:immigration )?judge|ij|hon\.|honorable|juez|jueza|asylum officer) "
        rf"(?P<v>{NAME}){E}",
        lambda m: is_name(m) and m["v"].split()[0].lower() not in ("advocate",),
    ),
    _row(
        "name",
        rf"{B}(?:(?:client|patient|survivor|cliente|paciente|applicant|{KIN})'?s? "
        rf"(?:full |first |last |real )?name|(?:her|his|their) (?:full |"
        rf"first |last |real )?name|"
        rf"se llama|(?:el )?nombre (?:de (?:la|el|mi) (?:client[ea]?|paciente)|"
        rf"del (?:cliente|paciente))) ?(?:is|was|es|:|=)? ?(?P<v>[^\W\d_][\w'-]{{1,20}}"
        rf"(?: (?-i:[A-Z])[\w'-]{{1,20}}){{0,2}}){E}",
        is_said_name,
    ),
    _row("name", rf"{B}(?:my|our|mi|this) (?:client[ea]?|patient|paciente),? (?P<v>{NAME}){E}", is_name),
    _row(
        "name",
        rf"{B}(?:client[ea]?|patient|paciente|survivor|applicant|respondent)"
        rf"(?: ?: ?| )(?P<v>{NAME}){E}",
        is_two_part_name,
    ),
    _row(
        "name",
        rf"{B}(?:client|patient|full|first|last|nombre(?: completo)?)(?: name)? ?: ?"
        rf"(?P<v>{NAME}){E}",
        is_name,
    ),
    _row("name", rf"(?:^|\n) {{0,3}}(?:name|re) ?: ?(?P<v>{NAME}){E}", is_two_part_name),
    _row(
        "name",
        rf"{B}(?:her|his|their|client's|patient's|su) (?:older |younger |"
        rf"late |eldest |youngest |ex-)?(?:{KIN}),? (?:named |is named |"
        rf"is called )?(?P<v>{NAME}){E}",
        is_name,
    ),
    _row(
        "name",
        rf"{B}(?:client|patient|survivor|woman|man|child|girl|boy|paciente|"
        rf"cliente) (?:is |was )?(?:named|called|llamad[oa]) (?P<v>{NAME}){E}",
        is_name,
    ),
    _row("name", rf"{B}(?:mr|mrs|ms|miss|sr|sra)\.? (?P<v>{NAME}){E}", is_titled_name),
    _row(
        "age",
        rf"{B}(?P<v>(?:9\d|1[0-2]\d)[ -]?(?:years?[ -]old|yrs?[ -]old|y/?o|"
        rf"anos(?: de edad)?)){E}",
    ),
    _row(
        "age",
        rf"{B}(?:aged?|edad)(?: is| de)?[ :]{{1,2}}(?P<v>9\d|1[0-2]\d){E}"
        rf"(?! ?(?:\+|or (?:older|over|above)|and (?:older|over)|%))",
    ),
    _row(
        "age",
        rf"{B}(?:client|patient|survivor|he|she|mother|father|grandmother|"
        rf"grandfather) (?:is|turned|turns)(?: now)? (?P<v>9[0-9]|1[01]\d){E}"
        rf"(?! ?(?:%|percent|minutes|days|miles|pounds|kg|lbs))",
    ),
    _row(
        "age",
        rf"{B}(?P<v>ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|"
        rf"nine))?[- ]years?[- ]old){E}",
    ),
    _row(
        "street",
        rf"{B}(?<![-/.$])(?P<v>\d{{1,6}}[A-Z]?(?:-\d{{1,4}})? {{1,2}}(?P<names>"
        rf"(?:[A-Za-z][\w'.-]{{0,20}} {{1,2}}|\d{{1,3}}(?:st|nd|rd|th) {{1,2}}){{1,6}}?)"
        rf"(?P<kind>{STREET_KINDS}){E}\.?(?:,? (?:ne|nw|se|sw|n|s|e|w){E}\.?)?"
        rf"(?:,? {{0,2}}(?:apt|apartment|unit|suite|ste|rm|room|floor|fl|"
        rf"#)\.? ?#? ?\w{{1,6}})?)",
        is_street,
    ),
    _row("street", rf"{B}(?P<v>p\.? ?o\.? ?box \d{{1,7}}){E}"),
    _row(
        "street",
        rf"{B}(?P<v>(?:calle|avenida|av\.|avda\.?|carrera|jiron|callejon|"
        rf"boulevard) (?:[A-Za-z.']{{1,20}},? ){{0,4}}(?:#|no\.?|num\.?|"
        rf"numero)? ?\d{{1,5}}(?: ?[#-] ?\d{{1,4}}){{0,3}}){E}(?! ?(?:noches|"
        rf"dias|anos|meses|veces|semanas|horas|personas))",
    ),
    _row(
        "zip",
        rf"{B}(?:zip(?: ?code)?|postal code|codigo postal|c\.p\.){LINK}(?P<v>\d{{5}}"
        rf"(?:-\d{{4}})?){E}",
    ),
    _row(
        "zip",
        rf"{B}(?:{STATE_CODES}|{STATES})\.?,? "
        rf"{{1,2}}(?P<v>\d{{5}}(?:-\d{{4}})?){E}",
        lambda m: not m.string[m.start("v") - 1].isalnum(),
    ),
    _row("zip", rf"{B}(?<![-.$/])(?P<v>\d{{5}}-\d{{4}}){E}(?!-)"),
    _row("place", rf"{B}(?P<v>(?P<place>{NAME_WORD}(?: {NAME_WORD})?) County){E}", is_place, flags=0),
    _row(
        "place",
        rf"{B}(?:lives?|living|lived|resid(?:es|ing|ed)|settled|resettled|"
        rf"moved|relocated|vive|viviendo|reside)(?: with \w{{1,12}} \w{{1,12}})?"
        rf"(?: now| currently)? (?:in|to|near|en) (?:the (?:city|town) of )?"
        rf"(?P<v>(?P<place>{PLACE})){E}",
        is_place,
    ),
    _row("place", rf"{B}(?P<v>(?P<place>{PLACE}), (?:{STATE_CODES})){E}", in_person_sentence, flags=0),
    *(_row("date", rf"{B}(?<![-/.])(?P<v>{date}){E}(?![-/]\d)", is_someones_date) for date in DATES),
    _row("date", rf"{B}(?:on|since|el|dated|of) (?P<v>{SHORT_DATE}){E}(?! ?(?:of|on|%))", is_someones_short_date),
    _row(
        "long_number",
        rf"{B}(?<![-.$/#])(?P<v>\d{{9,20}}|\d{{3}}(?P<s>[ -])\d{{3}}(?P=s)\d{{3}}){E}"
        rf"(?![-.]\d)",
        is_unclaimed_number,
    ),
)
