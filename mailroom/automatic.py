"""Mail that no person wrote, and what it is: never posted, never answered (RFC 3834, RFC 5230)."""

import re
from collections.abc import Iterable

from mailroom.reading import Mail
from notifications.letters import host

# An address that is only for machines. "info@" may be a person.
MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)([+._-].*)?@.*")
SERVERS = re.compile(r"(mailer-daemon|postmaster)@", re.IGNORECASE)
HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Response-Suppress",
    "X-Vacation",
    "X-FC-MachineGenerated",
)
LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List", "X-Mailing-List", "X-BeenThere")
# As programs begin it: followed by a colon, a date, or nothing. Who writes "Out of office coverage" is a person.
SUBJECTS = re.compile(
    r"\W*(auto(matic)?[ -]?(reply|response)|out of (the )?office|away from (my|the) (office|desk)|on \w* ?leave"
    r"|vacation (reply|notice|response)|i am (away|out of (the )?office)"
    r"|respuesta autom[áa]tica|fuera de (la )?oficina|ausencia|ausente|mensaje autom[áa]tico"
    r"|r[ée]ponse automatique|absence du bureau|abwesenheit(snotiz)?|automatische antwort|resposta autom[áa]tica"
    r"|risposta automatica|fuori sede|automatisch antwoord|afwezig|autosvar|автоответ"
    r"|undeliver(able|ed)( mail)?|delivery (status notification|failure|has failed)|returned mail|mail delivery failed"
    r"|failure notice|message undeliverable|no se puede entregar|unzustellbar|read( receipt)?|le[ií]do|gelesen)"
    r"(\s*$|\s*[:(!–—]|\s+-\s|\s+(until|till|hasta|from|desde|del|bis|re)\b)",
    re.IGNORECASE,
)
PROBES = re.compile(r"(un)?subscribe|sign ?off|signoff .*|set .*|help|info|who|confirm [0-9a-f]+|baja|darme de baja")
MOST_HOPS = 50


def what_it_is(mail: Mail, envelope_sender: str) -> str:
    """A word for what it is; empty where a person seems to have written it."""
    loops = [value.lower() for value in mail.headers("X-Loop")]
    if _is_report(mail):
        return "report"
    if host() in loops or len(mail.headers("Received")) > MOST_HOPS or _is_ours(mail):
        return "loop"
    if any(mail.message.get(name) for name in LISTS):
        return "list"
    if mail.header("Precedence").lower() in ("bulk", "junk", "list", "auto_reply", "auto-reply"):
        return "automatic"
    if envelope_sender in ("", "<>") or mail.return_path == "":
        return "automatic"
    subject = re.sub(r"^\s*((re|aw|sv|rv|tr|fwd?)\s*:\s*)+", "", mail.subject, flags=re.IGNORECASE)
    if SERVERS.match(envelope_sender) or is_by_program(mail, mail.senders, subject):
        return "automatic"
    return ""


def is_by_program(mail: Mail, senders: Iterable[str], subject: str) -> bool:
    """Whether it says so of itself, whichever way it came. `subject` is without what a reply or a list adds."""
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    return (
        _is_report(mail)
        or submitted not in ("", "no")
        or any(mail.message.get(name) for name in HEADERS)
        or any(MACHINES.fullmatch(address) for address in senders)
        or bool(SUBJECTS.match(subject))
    )


def is_probe(mail: Mail, text: str) -> bool:
    """Whether it speaks to a list's program, and to nobody who reads."""
    said = " ".join(text.split()).strip(".! ").lower()
    if PROBES.fullmatch(said):
        return True
    return not said and bool(PROBES.fullmatch(mail.subject.strip(".! ").lower()))


def _is_report(mail: Mail) -> bool:
    kinds = ("message/delivery-status", "message/disposition-notification")
    is_one = mail.message.get_content_type() == "multipart/report"
    return is_one or any(part.get_content_type() in kinds for part in mail.parts)


def _is_ours(mail: Mail) -> bool:
    """One of our own letters, come back."""
    return mail.message_id.lower().endswith(f"@{host()}>")
