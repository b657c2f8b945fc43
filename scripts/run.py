"""`make run`: everything that a first start needs, skipped where it is done, then the site in one process."""

import os
import sys

import ground


def main(command: list[str]) -> None:
    ground.ensure_environment("base")
    ground.ensure_settings()
    os.chdir(ground.ROOT)
    os.execv(ground.PYTHON, [str(ground.PYTHON), "manage.py", *command])


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["serve", "--prepare"])
    except KeyboardInterrupt:
        sys.exit(130)
