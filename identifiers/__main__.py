"""`python -m identifiers < file` lists what would hold or warn. Exit code 1: something holds.

Source of the classes: 45 CFR 164.514(b)(2). It writes places and classes, never the text itself.
"""

import sys

from identifiers import CLASSES, find


def main() -> int:
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    findings = find(text)
    for finding in findings:
        line = text.count("\n", 0, finding.start) + 1
        column = finding.start - (text.rfind("\n", 0, finding.start) + 1) + 1
        sys.stdout.write(
            f"{line}:{column} {finding.level} {CLASSES[finding.cls].label}. {finding.why} {finding.instead}\n"
        )
    return int(any(finding.level == "block" for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
