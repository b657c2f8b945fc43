"""`make bench` runs, and every figure comes out. How fast it is is not asked here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.mark.postgres
@pytest.mark.redis
def test_the_bench_measures_and_loses_nothing(tmp_path):
    path = os.pathsep.join([str(ROOT), str(ROOT / "scripts")])
    result = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--small", "--json", str(result)]
    command += [
        "fanout",
        "joins",
        "pages",
        "catchup",
        "growth",
        "words",
        "calendars",
        "programme",
    ]  # the rest is for a browser
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = {figure["what"]: figure["median"] for figure in json.loads(result.read_text())["figures"]}
    assert figures["refused or lost"] == 0
    assert min(value for what, value in figures.items() if "CPU per 100,000" in what) > 0
