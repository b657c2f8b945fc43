"""`make lock`: compile requirements/*.in to *.txt, with hashes and without the address of any package index."""

import subprocess
import sys

import ground

LOCKS = ("base", "dev", "installer")  # dev and installer follow base


def compile_lock(name: str, *options: str) -> None:
    folder = ground.ROOT / "requirements"
    followed = [] if name == "base" else ["--constraint", folder / "base.txt"]
    if name == "installer":
        followed = ["--constraint", folder / "dev.txt"]
    subprocess.run(
        [
            *(ground.VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
            *(*followed, *options, folder / f"{name}.in", "--output-file", folder / f"{name}.txt"),
        ],
        check=True,
    )


if __name__ == "__main__":
    ground.ensure_environment("dev")
    for name in LOCKS:
        compile_lock(name, *sys.argv[1:])
