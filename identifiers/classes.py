"""What the check looks for, and what it says to the author.

Letters in brackets are the paragraphs of 45 CFR 164.514(b)(2)(i), the HIPAA Safe Harbor list. Classes without a letter
of their own fall under (R), "any other unique identifying number, characteristic, or code".
"""

from dataclasses import dataclass
from typing import Literal

Level = Literal["block", "warn"]
SAFE_HARBOR = "45 CFR 164.514(b)(2)(i)"


@dataclass(frozen=True, slots=True)
class Class:
    """One kind of identifier. `block` cannot be posted; at `warn` the author may say that it identifies no one."""

    label: str
    level: Level
    why: str
    instead: str
    source: str
    placeholder: str


def _block(label, letter, placeholder, why, instead):
    return Class(label, "block", why, instead, f"{SAFE_HARBOR}({letter})", placeholder)


def _warn(label, letter, placeholder, why, instead):
    return Class(label, "warn", why, instead, f"{SAFE_HARBOR}({letter})", placeholder)


LEAVE_OUT = "Leave it out: nobody needs the number to think with you."

# In order of precedence: where two classes claim the same characters, the earlier one of the same level wins.
CLASSES: dict[str, Class] = {
    "ssn": _block(
        "Social Security number",
        "G",
        "SSN",
        "This looks like a Social Security or taxpayer number.",
        LEAVE_OUT,
    ),
    "email": _block(
        "E-mail address",
        "F",
        "e-mail",
        "This looks like an e-mail address.",
        "Send a contact privately, or write “their caseworker”.",
    ),
    "fax": _block("Fax number", "E", "fax", "This looks like a fax number.", "Send the number privately."),
    "mrn": _block(
        "Medical record number",
        "H",
        "record number",
        "This looks like a medical record or client number.",
        "Use the random case code of the consultation.",
    ),
    "a_number": _block(
        "A-number",
        "R",
        "A-number",
        "This looks like an A-number (alien registration number).",
        LEAVE_OUT,
    ),
    "receipt": _block(
        "USCIS receipt number",
        "R",
        "receipt number",
        "This looks like a USCIS receipt number.",
        "Name the form only, for example “a pending I-589”.",
    ),
    "sevis": _block("SEVIS number", "R", "SEVIS number", "This looks like a SEVIS number.", LEAVE_OUT),
    "i94": _block(
        "I-94 admission number",
        "R",
        "I-94 number",
        "This looks like an I-94 admission number.",
        "Name the form only: “an I-94”.",
    ),
    "plan_account": _block(
        "Health plan or account number",
        "I)–(J",
        "account number",
        "This looks like a health plan or account number.",
        LEAVE_OUT,
    ),
    "passport": _block("Passport number", "R", "passport number", "This looks like a passport number.", LEAVE_OUT),
    "licence": _block(
        "Licence, certificate or identity number",
        "K",
        "licence number",
        "This looks like a licence, certificate or identity card number.",
        LEAVE_OUT,
    ),
    "card": _block("Payment card number", "J", "card number", "This looks like a payment card number.", LEAVE_OUT),
    "address": _block(
        "Street address with ZIP",
        "B",
        "address",
        "This looks like a street address with its ZIP code.",
        "Name the state at most.",
    ),
    "birth_date": _block(
        "Date of birth",
        "C",
        "date of birth",
        "This looks like a full date of birth.",
        "Give an age band, for example “30–44”.",
    ),
    "phone": _block(
        "Phone number",
        "D",
        "phone",
        "This looks like a phone number.",
        "Send the number privately, or name the organisation.",
    ),
    "url": _warn(
        "Personal web address",
        "N",
        "link",
        "This web address may lead to one person.",
        "Link to the public page, without what follows the question mark.",
    ),
    "ip": _warn("IP address", "O", "IP address", "This looks like an IP address.", "Leave it out."),
    "vehicle": _warn(
        "Vehicle number", "L", "vehicle", "This looks like a licence plate or vehicle number.", "Write “their car”."
    ),
    "device": _warn(
        "Device number",
        "M",
        "device number",
        "This looks like the serial number of a device.",
        "Name the kind of device only.",
    ),
    "case_number": _warn(
        "Case or file number",
        "R",
        "case number",
        "This looks like the number of a case or file.",
        "Name the stage of the case only.",
    ),
    "hearing": _warn(
        "Hearing place or date",
        "C",
        "hearing",
        "A hearing or interview with its day or place points to one person.",
        "Write “a hearing within three months”.",
    ),
    "detention": _warn(
        "Detention centre",
        "B",
        "detention centre",
        "A named place of detention narrows down who this is.",
        "Write “in detention”.",
    ),
    "judge": _warn(
        "Judge", "R", "judge", "A named judge or officer narrows down who this is.", "Write “the immigration judge”."
    ),
    "name": _warn(
        "Name",
        "A",
        "name",
        "This looks like the name of a client or a relative.",
        "Write “the client”, “her brother”.",
    ),
    "age": _warn(
        "Age over 89", "C", "90 or older", "An age over 89 is rare enough to identify.", "Write “90 or older”."
    ),
    "street": _warn("Street", "B", "street", "This looks like a street address.", "Name the state at most."),
    "zip": _warn("ZIP code", "B", "ZIP code", "This looks like a ZIP code.", "Name the state at most."),
    "place": _warn(
        "City or county",
        "B",
        "place",
        "A city or county narrows down who this is.",
        "Name the state at most, or “a small town”.",
    ),
    "date": _warn(
        "Exact date",
        "C",
        "date",
        "An exact day in someone's life can identify them.",
        "Give the year, or “about three months later”.",
    ),
    "long_number": _warn(
        "Long number",
        "R",
        "number",
        "A number this long is often an A-number or another personal number.",
        "Leave it out if it belongs to a person.",
    ),
}
