"""What our logs say of a request: never its address, which may hold a token or what somebody looks for."""

import os
import subprocess
import sys

from django.conf import settings


def test_a_request_that_a_stopping_server_gives_up_is_logged_without_its_address():
    program = (
        "import django; django.setup()\n"
        "from cop.management.commands.serve import BoundedRequest\n"
        "request = BoundedRequest.__new__(BoundedRequest)\n"
        "request.method, request.uri, request.clientproto = b'GET', b'/join/confirm/token/?q=words', b'HTTP/1.1'\n"
        "print(request, repr(request))\n"
    )
    environment = {**os.environ, "COP_MODE": "test", "DJANGO_SETTINGS_MODULE": "cop.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "<a GET request> <a GET request>\n", done.stderr
