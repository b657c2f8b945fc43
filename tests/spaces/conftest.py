import asyncio
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections

from spaces import doorbell, hub
from tests.spaces import notes  # noqa: F401  (registers its kinds)


@asynccontextmanager
async def a_hub(**pace):
    """A hub at another pace, in place of this process's, until the end."""
    home = hub.Hub(hub.Pace(**pace))
    hub.use(home)
    try:
        yield home
    finally:
        hub.use(None)
        await home.stop()
        await asyncio.to_thread(doorbell.silence)
        await sync_to_async(connections.close_all)()


@pytest_asyncio.fixture
async def home(transactional_db):
    """This process's hub, at its usual pace."""
    async with a_hub() as home:
        yield home


@pytest.fixture
def everyone(transactional_db):
    """The cast, in a database that other threads see."""
    from tests.people import make_cast

    return make_cast()


@pytest.fixture
def room(everyone):
    return everyone.group.space
