"""What the pages for readers say is so: links lead somewhere, names exist, tables are those of the code."""

import re
import subprocess
from pathlib import Path

import pytest
import rules
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from members.models import RoleGrant
from spaces.kinds import all_kinds
from spaces.models import Membership, Space
from tests.access_table import TABLE

ROOT = Path(settings.BASE_DIR)
ROOMS = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
DECISIONS = ROOT / "docs" / "decisions"


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


PAGES = pages()
of_each_page = pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def prose(page: Path) -> str:
    """A page without its blocks of code and its comments."""
    return re.sub(r"^```.*?^```|<!--.*?-->", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def code(page: Path) -> str:
    """What stands in `code`, in fences or indented: where commands are."""
    text = page.read_text()
    return "\n".join(
        [
            *re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL),
            *re.findall(r"^ {4}.*$", text, re.MULTILINE),
            *re.findall(r"`([^`\n]+)`", text),
        ]
    )


def anchor(heading: str) -> str:
    """The anchor that a host of Markdown gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@of_each_page
def test_links_lead_somewhere(document):
    astray = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)) + re.findall(r'src="([^"]+)"', prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, place = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if not found.exists() or (place and place not in anchors(found)):
            astray.append(target)
    assert astray == []


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)}


def test_the_readme_is_short_and_names_the_three_commands():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 100
    assert [command for command in ("make run", "make test", "make check") if command not in text] == []


@of_each_page
def test_commands_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"(?:^|[\s`])make ([a-z-]+)", code(document), re.MULTILINE))
    managed = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))
    assert (made - targets, managed - set(get_commands())) == (set(), set())


def test_commands_that_code_speaks_of_exist():
    """A docstring or a page of the site may not send anyone to a command that was never written."""
    sources = [path for room in ROOMS for path in Path(room.path).rglob("*.py")]
    sources += (ROOT / "templates").rglob("*.*")
    named = {name for path in sources for name in re.findall(r"manage\.py ([a-z_]+)", path.read_text())}
    assert named - set(get_commands()) == set()


@of_each_page
def test_settings_exist(document):
    """A word in capitals with an underscore, in `code`, is a setting of ours or of Django, or in .env.example."""
    example = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    named = re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", document.read_text())
    assert set(named) - {*dir(settings), *example, "COP_ENV_FILE"} == set()


@of_each_page
def test_files_exist(document):
    """`room/file.py` and `docs/page.md` in a text are there. <room>, … and * stand for many."""
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", prose(document))
    ours = {name for name in named if (ROOT / name.partition("/")[0]).is_dir()}
    missing = {name for name in ours if not (ROOT / name).exists()}
    assert {name for name in missing if "takeaways/" not in name} == set()  # those are made by add-a-feature.md


@of_each_page
def test_names_exist(document):
    """`room.module.name` in a text can be imported, or is a kind of activity or a verb of may()."""
    rooms = {room.label for room in ROOMS} | {"identifiers"}
    named = set(re.findall(r"`((?:[a-z_]+\.)+\w+)(?:\([^`]*\))?`", prose(document)))
    ours = {name for name in named if name.partition(".")[0] in rooms and not name.endswith(".py")}
    kinds = {kind.name for kind in all_kinds()}
    assert {name for name in ours if not (name in kinds or rules.perm_exists(name) or is_there(name))} == set()


def is_there(name: str) -> bool:
    """Whether the longest part of it that is a module has the rest."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:cut])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            thing = __import__(".".join(parts[:cut]), fromlist=["_"])
            for part in parts[cut:]:
                if not hasattr(thing, part):
                    return False
                thing = getattr(thing, part)
            return True
    return False


def american(text: str) -> str:
    return text.lower().replace("organis", "organiz").replace("programme", "program")


def test_the_glossary_has_every_model_and_every_label():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    models = {model.__name__ for room in ROOMS for model in room.get_models()}
    assert {model for model in models if f"`{model}`" not in glossary} == set()
    labels = {*Space.Kind.labels, *RoleGrant.Role.labels, *Membership.Role.labels}
    assert {label for label in labels if american(label) not in american(glossary)} == set()


def test_the_glossary_names_no_model_that_is_gone():
    models = {model.__name__ for room in ROOMS for model in room.get_models()}
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", (ROOT / "docs" / "glossary.md").read_text()))
    assert named - models == set()


def test_the_glossary_is_in_order():
    for part in re.split(r"^## .*$", (ROOT / "docs" / "glossary.md").read_text(), flags=re.MULTILINE)[1:]:
        words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in re.findall(r"^- \*\*(.+?)\*\*", part, re.MULTILINE)]
        assert words == sorted(words)


def test_decisions_are_numbered_once_and_all_in_the_index():
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert len({name[:4] for name in files}) == len(files)
    titles = [(DECISIONS / name).read_text().splitlines()[0].removeprefix("# ") for name in files]
    assert [title[:4] for title in titles] == [name[:4] for name in files]
    index = re.findall(r"^- \[(.+)\]\((\S+)\)$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    assert index == list(zip(titles, files, strict=True))


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.name)
def test_a_decision_says_why_what_follows_and_when_to_look_again(path):
    text = path.read_text()
    heads = re.findall(r"^\*\*(Context|Decision|Consequence|Look again)\b", text, re.MULTILINE)
    assert heads == ["Context", "Decision", "Consequence", "Look again"]
    assert len(text.splitlines()) <= 20


# Who can read what: a line of SECURITY.md, the address it is about, and which of its rows.
PLACES = [
    ("what a group is about", "groups:about", 0),
    ("who is in it", "groups:roster", 0),
    ("what is said in it", "groups:room", 0),
    ("the same, with a break-glass opened to this admin", "groups:room", 1),
    ("its files", "groups:files", 0),
    ("searching it", "groups:search", 0),
    ("its facilitators' desk", "groups:facilitate", 0),
    ("what was asked and opened by break-glass", "groups:glass", 0),
    ("the directory of those who chose to be listed", "members:directory", 0),
    ("the entry of a member of the group", "members:person", 0),
    ("that member's organisation", "members:organisation", 0),
    ("an application to join that organisation", "members:application", 0),
    ("every organisation and its awards", "members:organisations", 0),
    ("every member, with addresses", "members:members", 0),
    ("the audit trail", "members:trail", 0),
]
PERSONS = {
    "nobody": "nobody",
    "outsider": "outsider",
    "contact": "contact",
    "expert": "expert",
    "lapsed": "lapsed",
    "unsigned": "unsigned",
    "member": "member",
    "facilitator": "facilitator",
    "specialist": "ORR specialist",
    "staff": "NCB staff",
    "admin": "NCB admin",
    "privacy_officer": "privacy officer",
}


def who_reads_what() -> str:
    lines = [["", *PERSONS.values()], ["---"] + [":-:"] * len(PERSONS)]
    for place, name, number in PLACES:
        answers = TABLE[name][number].answers
        lines.append([place, *("●" if answers[person] == 200 else "–" for person in PERSONS)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def test_security_says_who_reads_what_as_the_access_table_does():
    text = (ROOT / "SECURITY.md").read_text()
    said = re.search(r"<!-- who-reads-what -->\n(.*?)\n?<!-- end -->", text, re.DOTALL)
    assert said
    assert said[1].strip() == who_reads_what()  # put what who_reads_what() gives between the two comments
