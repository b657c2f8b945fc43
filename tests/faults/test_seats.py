"""Seats of the symposium, when a thousand want one of a hundred at the same instant."""

import pytest

from tests.symposium.test_seats import rush


@pytest.mark.full
def test_a_thousand_for_a_hundred(site, cast, tmp_path, findings):
    if site.kind != "daphne":
        pytest.skip("the servers of this test are its own")
    site.start_all()
    findings.append({"part": "seats", **rush(cast, 1000, 100, tmp_path)})
