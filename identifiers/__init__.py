"""The identifier check: finds in a text what could tell a reader who a client is.

Plain Python, no Django. The classes follow the Safe Harbor list of the HIPAA Privacy Rule, 45 CFR 164.514(b)(2)(i), and
add what it misses for people who seek protection in the United States (A-number, USCIS receipt, I-94, SEVIS).

    from identifiers import find, take_out
    findings = find("Call Amina at 612-555-0134")
    take_out("Call Amina at 612-555-0134", findings)      # "Call Amina at [phone]"
"""

from identifiers.classes import CLASSES, Class
from identifiers.finder import Finding, find, take_out

__all__ = ["CLASSES", "Class", "Finding", "find", "take_out"]
