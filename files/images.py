"""Images, written anew: what was hidden in them (place, device, comments) stays behind."""

import threading
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.base import File as Blob
from PIL import Image, ImageOps

from access import Refusal

THUMBNAIL = (640, 480)
PHOTO = (256, 256)
_at_once = threading.Semaphore(2)  # An open image of 50 megapixels takes 150 MB.


def rewritten(file: IO[Any] | Blob) -> tuple[ContentFile, ContentFile]:
    """The image without metadata and upright, in its own format, and a WebP thumbnail of at most 640 by 480."""
    with _at_once:
        image = _opened(file)
        shape = image.format or "PNG"
        image = _plain(image)
        if shape == "JPEG":
            image = image.convert("RGB")
        whole = _written(image, shape)
        image.thumbnail(THUMBNAIL)
        return whole, _written(image, "WEBP")


def portrait(file: IO[Any] | Blob) -> ContentFile:
    """A square WebP of 256 pixels, without metadata."""
    with _at_once:
        return _written(ImageOps.fit(_plain(_opened(file)), PHOTO), "WEBP")


def _opened(file: IO[Any] | Blob) -> Image.Image:
    try:
        opened = Image.open(file, formats=["PNG", "JPEG", "WEBP"])
        opened.load()
        image = ImageOps.exif_transpose(opened)
        image.format = opened.format
    except Exception as error:  # noqa: BLE001  (Pillow has no name for all that a damaged image can raise)
        raise Refusal("This image is damaged. Open it, save it anew, and try again.") from error
    return image


def _plain(image: Image.Image) -> Image.Image:
    bare = image.convert("RGBA" if image.has_transparency_data else "RGB")
    bare.info.clear()
    bare.format = image.format
    return bare


def _written(image: Image.Image, shape: str) -> ContentFile:
    into = BytesIO()
    options = {"PNG": {}, "JPEG": {"quality": 88, "optimize": True}, "WEBP": {"quality": 82, "method": 4}}[shape]
    image.save(into, shape, **options)
    return ContentFile(into.getvalue())
