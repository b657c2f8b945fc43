"""Pieces that the patterns are made of: where a word begins, what stands between a label and its value, a day, a name.

They read folded text (see `folding`). Every repetition has an upper bound, so that time grows with the length of the
text and no faster. Source: 45 CFR 164.514(b)(2).
"""

from identifiers import words

B = r"(?<![^\W_])"  # a word starts here; "_" separates words, as it does in file names
E = r"(?![^\W_])"
S = r"[ \n:;#=*_`\"'(),.?|>-]"  # what may stand between a label and its value
NUMBER = r"(?:numbers?|numeros?|nums?|nos?|nro|nr|ids?)(?![a-z])"
FOR = r"(?:(?:for|of|on|de|del) (?:[a-z']{1,15} ){1,4})?"
LINK = (
    rf"{S}{{0,6}}(?:(?:{NUMBER}|is|was|es|era|reads|ending|ends|in|the){S}{{1,6}}){{0,4}}{FOR}"
    rf"(?:(?:is|was|es|era) )?"
)
LINK_NUMBER = rf"(?:{S}{{0,3}}(?:{NUMBER}|#)|[ *_]{{0,3}}:){LINK}"  # says that it is a number
CODE = r"(?:[A-Z]{1,4}-?)?\d(?:[-./ ]?\d|-?[A-Z](?![A-Z]{2})){3,18}"

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|"
    r"july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|ene(?:ro)?|febrero|marzo|abr(?:il)?|"
    r"mayo|junio|julio|agosto|sep?tiembre|"
    r"octubre|noviembre|dic(?:iembre)?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
YEAR = r"(?:19|20)\d\d(?!\d)"
ORDINAL = r"(?:st|nd|rd|th)?"
DATES = (
    rf"(?P<month>{MONTH})\.?[ -]{{0,3}}(?:the )?{DAY}{ORDINAL}(?:,? {{0,3}}"
    rf"(?:of |de |del |- ?)?(?P<y1>{YEAR}|'\d\d(?!\d)))?",
    rf"{DAY}{ORDINAL} {{0,2}}(?:of |de |del |[-/.] ?)?(?P<month>{MONTH})(?![a-z])\.?"
    rf"(?:,? {{0,3}}(?:of |de |del |[-/.] ?)?(?P<y1>{YEAR}|'\d\d(?!\d)|"
    rf"(?<=[-/.])\d\d(?!\d)))?",
    rf"(?P<a>\d{{1,2}}) ?(?P<sep>[-/.]) ?(?P<b>\d{{1,2}}) ?(?P=sep) ?"
    rf"(?P<y1>{YEAR}|\d\d(?!\d))",
    rf"(?P<y1>(?:19|20)\d\d)(?P<sep>[-/.])(?P<b>0?[1-9]|1[0-2])(?P=sep)(?P<a>{DAY})",
)
STATE_CODES = "|".join(sorted(words.STATE_CODES)).upper()
STATES = "|".join(sorted(words.STATES | {"new york"}))
SHORT_DATE = r"\d{1,2}/\d{1,2}(?![\d/])"
NAME_WORD = r"(?-i:[A-Z](?:[^\W_]{1,20}|'[A-Z])(?:['-][^\W_]{1,20}){0,2})"  # O'Hara, Ana-Maria; not a lone capital
NAME = rf"{NAME_WORD}(?: (?:(?:al|el|bin|bint|ibn|de|del|van|von|la)[ -])?{NAME_WORD}){{0,3}}"
PLACE = (
    rf"(?!(?-i:The|An?|At|In|From|To|Our|This|That|My|Her|His|And|Or|"
    rf"But|If|When|While|After|Before|Since|Every|For|With|On) ){NAME_WORD}"
    rf"(?:\.? {NAME_WORD}){{0,3}}"
)
KIN = (
    "husband|wife|spouse|partner|son|daughter|brother|sister|mother|father|uncle|aunt|cousin|nephew|niece|baby|child|"
    "esposo|esposa|marido|hijo|hija|hermano|hermana|madre|padre|tio|tia"
)
