"""Pictures of a PDF's pages, made in a process of its own with bounded memory and time.

Run as `python -m files.pages NUMBER < some.pdf > page.webp`.
"""

import resource
import subprocess
import sys
import threading

from django.core.files.base import File as Blob

WIDTH = 1000
SECONDS = 20
MEMORY = 1024 * 1024 * 1024
_at_once = threading.Semaphore(2)


def page_of(pdf: Blob, number: int) -> bytes:
    """The page (from 1) as WebP, 1000 pixels wide. Empty where there is no such page or it cannot be drawn."""
    with _at_once:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "files.pages", str(number)],
                input=pdf.read(),
                capture_output=True,
                timeout=SECONDS + 10,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return b""
    return done.stdout if done.returncode == 0 else b""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = document[int(sys.argv[1]) - 1]
    page.render(scale=min(WIDTH / page.get_width(), 4)).to_pil().convert("RGB").save(sys.stdout.buffer, "WEBP")


if __name__ == "__main__":
    main()
