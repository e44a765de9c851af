"""Unpacks what a web server packed for the way, piece by piece, and stops when it grows beyond reason."""

import zlib

# No page is packed a hundredfold, but a small one of few letters may come near; below this nobody looks.
UNSUSPICIOUS = 1024 * 1024


class TooMuch(Exception):
    """It is larger than allowed, or grows faster than any text does."""


class Unreadable(Exception):
    """It is packed in a way we do not read, twice over, or is not what it says it is."""


class Unpacker:
    """One answer's packing.

    encoding: the Content-Encoding; most: bytes it may have unpacked; ratio: how many times it may grow.
    Raises Unreadable at once for anything but gzip and deflate: nothing else was asked for.
    """

    def __init__(self, encoding: str, *, most: int, ratio: int) -> None:
        self._kind = {"": "", "identity": "", "x-gzip": "gzip"}.get(encoding, encoding)
        if self._kind not in ("", "gzip", "deflate"):
            raise Unreadable
        self._most, self._ratio = most, ratio
        self._packed = self._unpacked = 0
        self._stream: zlib._Decompress | None = None
        self._members = 0  # that have come to their end
        self._is_over = False

    def feed(self, data: bytes) -> bytes:
        """What these bytes unpack to. Raises TooMuch and Unreadable."""
        self._packed += len(data)
        if not self._kind:
            return self._counted(data)
        parts = []
        while data and not self._is_over:
            part, data = self._next(data)
            parts.append(self._counted(part))
        return b"".join(parts)

    def is_whole(self) -> bool:
        """False when the end of the packed data never came."""
        return not self._kind or self._stream is None

    def _next(self, data: bytes) -> tuple[bytes, bytes]:
        """One portion, never far beyond the limit, and what is still packed."""
        if self._stream is None:
            # A gzip file may have several members; what else follows the first is padding.
            if self._members and (self._kind != "gzip" or data[:1] != b"\x1f"):
                self._is_over = True
                return b"", b""
            self._stream = zlib.decompressobj(self._window(data))
        stream = self._stream
        try:
            part = stream.decompress(data, self._most - self._unpacked + 1)
        except zlib.error as error:
            raise Unreadable from error
        if not stream.eof:
            return part, stream.unconsumed_tail
        self._stream = None
        self._members += 1
        return part, stream.unused_data

    def _window(self, data: bytes) -> int:
        if self._kind == "gzip":
            return 16 + zlib.MAX_WBITS
        # “deflate” means zlib's format; some servers send it bare.
        has_head = data[0] & 0x0F == zlib.DEFLATED and (len(data) < 2 or int.from_bytes(data[:2], "big") % 31 == 0)
        return zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS

    def _counted(self, part: bytes) -> bytes:
        self._unpacked += len(part)
        grows_too_fast = self._unpacked > UNSUSPICIOUS and self._unpacked > self._packed * self._ratio
        if self._unpacked > self._most or grows_too_fast:
            raise TooMuch
        return part
