from tests.browser import assert_accessible


def test_a_stranger_finds_one_page_that_says_how_to_join(page):
    page.goto("/")
    assert page.get_by_role("heading", level=1).count() == 1
    assert_accessible(page)


def test_a_page_that_does_not_exist_is_a_404(page):
    assert page.goto("/nothing/here/").status == 404
