"""What must not be in the tree, and whether the locks hold what was asked for."""

import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
# Package registries and mirrors, and folders of somebody's own machine.
UNWANTED = re.compile(
    r"(--(extra-)?index-url|registry\s*=)\s*\S|\b(pypi|[a-z]*hosted|registry|deb)\.(org|python|npm|debian)\w*"
    r"|(?<![\w.~-])/(home|Users|root|work|workspace)/\w"
)


def main() -> int:
    troubles = [*unwanted_words(), *lock_troubles()]
    sys.stdout.write("".join(f"{trouble}\n" for trouble in troubles))
    return 1 if troubles else 0


def unwanted_words() -> list[str]:
    """Lines of committed text files that name a registry's host or a path of one machine."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [
        f"{name}:{number}: a registry's host or a path of one machine: {line.strip()[:80]}"
        for name in names
        if name and (ROOT / name).is_file() and ROOT / name != Path(__file__)
        for number, line in enumerate((ROOT / name).read_text(errors="ignore").splitlines(), start=1)
        if UNWANTED.search(line)
    ]


def lock_troubles() -> list[str]:
    """Requirements that a lock does not satisfy, packages without a hash, and dev or installer apart from base."""
    base, dev, installer = (locked(name) for name in ("base", "dev", "installer"))
    troubles = [
        f"requirements/{name}.txt has no {requirement} (make lock)"
        for name, lock in (("base", base), ("dev", dev), ("installer", installer))
        for requirement in asked_for(name)
        if not any(
            requirement.specifier.contains(version) for version in lock.get(canonicalize_name(requirement.name), ())
        )
    ]
    for name, lock in (("dev", dev), ("base", {key: dev.get(key, set()) for key in installer})):
        other = base if name == "dev" else installer
        troubles += [
            f"{package} is not the same in requirements/{name}.txt (make lock)"
            for package, versions in other.items()
            if lock.get(package) != versions
        ]
    return troubles


def asked_for(name: str) -> list[Requirement]:
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock: more than one where they differ by Python's version."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (FOLDER / f"{name}.txt").read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


if __name__ == "__main__":
    sys.exit(main())
