import pytest

from tests.people import make_cast


@pytest.fixture
def cast(db):
    """Everyone a page can meet, and one consultation group."""
    return make_cast()
