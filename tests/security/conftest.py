"""How hard the site is shaken: `--fuzz 300` tries that many odd requests on each address, at random."""

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, Phase, settings

# For each address, the same ones in every run. PostgreSQL is the pickier: it takes no NUL.
FEW = 1 if site.SQLITE else 3


@pytest.fixture(scope="session")
def shaken(request):
    """The settings of Hypothesis for this run."""
    asked = request.config.getoption("--fuzz")
    return settings(
        max_examples=asked or FEW,
        derandomize=not asked,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if asked else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
