"""What a strict Content-Security-Policy forbids does not stand in a template, and no style names what is not there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "letters"]
STYLES = {path: path.read_text() for path in (ROOT / "static/css").glob("*.css")}
INLINE = re.compile(
    r"""\sstyle=|\son[a-z]+=["']|<style|hx-on|hx-vals=["']js:|<script(?![^>]*(?:\ssrc=|type="application/json"))""",
    re.I,
)


def test_no_template_has_a_style_or_a_script_within() -> None:
    assert len(TEMPLATES) > 40
    assert [(str(path), found) for path in TEMPLATES for found in INLINE.findall(path.read_text())] == []


def test_the_search_would_find_them() -> None:
    bad = ['<p style="color:red">', '<a onclick="x()">', "<script>x()</script>", "<style>", "<p hx-on:click>"]
    assert [bool(INLINE.search(text)) for text in bad] == [True] * len(bad)
    good = ['<script src="/a.js" type="module">', '<script type="application/json">', "<p data-style=1>"]
    assert [bool(INLINE.search(text)) for text in good] == [False] * len(good)


def test_every_token_that_a_style_uses_exists() -> None:
    defined = {name for css in STYLES.values() for name in re.findall(r"(--[\w-]+)\s*:", css)}
    used = {name for css in STYLES.values() for name in re.findall(r"var\((--[\w-]+)\)", css)}
    assert used - defined == set()


def test_colors_are_only_in_the_tokens() -> None:
    named = {
        path.name: re.findall(r"#[0-9a-f]{3,8}\b", css) for path, css in STYLES.items() if path.name != "tokens.css"
    }
    assert {name: found for name, found in named.items() if set(found) - {"#fff"}} == {}


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (ROOT / "static/images/icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text())}
    assert named - drawn == set()


def test_braces_of_every_style_match() -> None:
    assert {path.name: css.count("{") - css.count("}") for path, css in STYLES.items()} == {
        path.name: 0 for path in STYLES
    }
