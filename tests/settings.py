"""The settings, in test mode, however pytest is called."""

import os

os.environ["COP_MODE"] = "test"

from cop.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  (WhiteNoise warns without it)
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "templates")  # noqa: F405
WRITES_A_MINUTE = 300  # tests write faster than people
