"""`make lock`: compile requirements/*.in to *.txt, with hashes and without the address of any package index."""

import subprocess
import sys
from pathlib import Path

import ground

FOLLOWS = {"base": "", "dev": "base", "installer": "dev"}


def compile_lock(name: str, *options: str) -> None:
    folder = ground.ROOT / "requirements"
    followed: list[str | Path] = ["--constraint", folder / f"{FOLLOWS[name]}.txt"] if FOLLOWS[name] else []
    uv: list[str | Path] = [ground.VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal"]
    uv += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    command = [*uv, *followed, *options, folder / f"{name}.in", "--output-file", folder / f"{name}.txt"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    ground.ensure_environment("dev")
    for name in FOLLOWS:
        compile_lock(name, *sys.argv[1:])
