"""The ASGI application: pages and the one socket."""

import os
import sys

import django
from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
django.setup(set_prefix=False)

from cop.bodies import bounded  # noqa: E402  (Django is set up above)
from cop.checks import refuse_to_start  # noqa: E402
from cop.requests import numbered  # noqa: E402
from spaces.consumer import live  # noqa: E402
from spaces.longpoll import patient  # noqa: E402


class Pages(ASGIHandler):
    """Our views and what stands before them are plain functions: a page is made from end to end in one thread.

    Django would go back to the event loop and into the thread again for the view and for each that looks at it before
    (docs/decisions/0140).
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


refuse_to_start()
sys.dont_write_bytecode = True  # what is imported later: docs/decisions/0022
application = ProtocolTypeRouter({"http": patient(bounded(Pages())), "websocket": numbered(live)})
