import re

import pytest

from cop.templatetags.cop_marks import hue, initials, seats


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mara Member", "MM"),
        ("Dr. Amal van Rijn", "AR"),
        ("Cher", "C"),
        ("María-José Ñáñez Ortega", "MO"),
        ("  ", "?"),
        ("李 小龙", "李小"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_their_hue_and_all_eight_occur() -> None:
    assert hue("a") == hue("a")
    assert {hue(str(n)) for n in range(200)} == {1, 2, 3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize(("participants", "of"), [(0, 12), (5, 12), (12, 12), (1, 1), (3, 3)])
def test_every_seat_is_drawn_once(participants: int, of: int) -> None:
    kinds = re.findall(r'rect class="(\w+)"', seats(participants, 2, of))
    assert (kinds.count("lead"), kinds.count("taken"), kinds.count("free")) == (2, participants, of - participants)
