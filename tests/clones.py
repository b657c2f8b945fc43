"""The tree as somebody with a new clone has it."""

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def make_clone(copy: Path) -> Path:
    """What git knows of the tree, elsewhere, with the environment that is installed here."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    subprocess.run(["git", "init", "-q", copy], check=True)
    (copy / ".venv").symlink_to(Path(sys.prefix))
    return copy
