def test_the_cast_can_be_made(cast):
    assert cast.group.space.memberships.count() == 5
