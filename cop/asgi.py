"""The ASGI application: pages and the one socket."""

import os
import sys

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
pages = get_asgi_application()

from cop.bodies import bounded  # noqa: E402  (Django is set up above)
from cop.checks import refuse_to_start  # noqa: E402
from cop.requests import numbered  # noqa: E402
from spaces.consumer import live  # noqa: E402
from spaces.longpoll import patient  # noqa: E402

refuse_to_start()
sys.dont_write_bytecode = True  # what is imported later: docs/decisions/0022
application = ProtocolTypeRouter({"http": patient(bounded(pages)), "websocket": numbered(live)})
