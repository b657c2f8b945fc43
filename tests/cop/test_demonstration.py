import pytest
from django.core.management import call_command

from cop.demonstration import PERSONAS
from members.models import Member


@pytest.fixture
def demonstration(db):
    call_command("seed_demo")


def test_every_persona_is_somebody(demonstration):
    names = {name for name, *_ in PERSONAS}
    assert set(Member.objects.filter(name__in=names).values_list("name", flat=True)) == names
