"""A picture made anew: of what strangers sent only the colours of its points are kept. Runs in the child.

No metadata, no second picture hidden in the file, no thumbnail, no profile: place and camera stay with whoever took it.
"""

import base64
import io
import warnings

from PIL import AvifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from campaign.articles.parsers.caps import TooMuch

# Imported here, so that they count as the parsers' own memory.
FORMATS = {
    PngImagePlugin.PngImageFile: "PNG",
    JpegImagePlugin.JpegImageFile: "JPEG",
    WebPImagePlugin.WebPImageFile: "WEBP",
    AvifImagePlugin.AvifImageFile: "AVIF",
}

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")

MOST_POINTS = 6_000_000  # of four bytes each, and twice, in what a document may take of memory
MOST_POINTS_JPEG = 50_000_000  # these are made smaller while they are read
MOST_POINTS_PROGRESSIVE = 12_000_000  # unless all of it must be there first
LONGEST_SIDE = 12_000
LARGEST = 1_600  # points of the longer side as we show it
QUALITY = 80

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread would want memory of its own
warnings.simplefilter("ignore")


def parse(data: bytes) -> dict[str, str | int]:
    """The picture as WebP in base64, with its width and height.

    Raises TooMuch for what is no picture, a drawing with scripts in it, or more points than anybody needs.
    """
    image = _opened(data)
    image = ImageOps.exif_transpose(_smaller(image))
    has_holes = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    flat = image.convert("RGBA" if has_holes else "RGB")
    # A new picture of the same points: nothing that was said about the old one comes along.
    clean = Image.frombytes(flat.mode, flat.size, flat.tobytes())
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return {"data": base64.b64encode(out.getvalue()).decode(), "width": clean.width, "height": clean.height}


def _opened(data: bytes) -> Image.Image:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml")) or b"<svg" in head:
        raise TooMuch("picture-svg")
    if head.startswith(b"<"):
        raise TooMuch("picture-page")
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(FORMATS.values()))
    except Image.DecompressionBombError:
        raise TooMuch("picture-points", most=MOST_POINTS // 10**6) from None
    except (OSError, ValueError, SyntaxError):
        raise TooMuch("picture-broken" if data.startswith(_SIGNATURES) else "picture-kind") from None
    points, most = image.width * image.height, _most(image)
    if points > most or max(image.size) > LONGEST_SIDE:
        raise TooMuch("picture-points", most=most // 10**6)
    if min(image.size) < 2:
        raise TooMuch("picture-kind")
    return image


def _most(image: Image.Image) -> int:
    if image.format not in ("JPEG", "MPO"):
        return MOST_POINTS
    return MOST_POINTS_PROGRESSIVE if image.info.get("progressive") else MOST_POINTS_JPEG


def _smaller(image: Image.Image) -> Image.Image:
    try:
        if image.format in ("JPEG", "MPO"):
            image.draft("RGB", (LARGEST, LARGEST))
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError):
        raise TooMuch("picture-broken") from None
    if image.mode not in ("RGB", "RGBA", "L", "LA"):
        has_holes = image.mode in ("PA", "La") or "transparency" in image.info
        image = _converted(image, "RGBA" if has_holes else "RGB")
    image.thumbnail((LARGEST, LARGEST), reducing_gap=2.0)
    return image


def _converted(image: Image.Image, mode: str) -> Image.Image:
    """In another mode, still turned as its metadata say. Sixteen bits of grey are more than a screen shows."""
    exif = image.getexif()
    made = image.point(lambda value: value / 256).convert("L") if image.mode.startswith("I;16") else image.convert(mode)
    made.info["exif"] = exif.tobytes()
    return made
