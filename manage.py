#!/usr/bin/env python3
"""Run a management command of the community of practice."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
