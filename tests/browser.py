"""What journeys ask of a page."""

from axe_playwright_python.sync_playwright import Axe


def assert_accessible(page) -> None:
    """axe finds nothing on the page as it is now."""
    found = Axe().run(page).response["violations"]
    troubles = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
    assert troubles == [], troubles
