"""Which encodings a document declares, whether its bytes bear them out, and which it may be in when it says nothing."""

import codecs
import re

import charset_normalizer

# As https://encoding.spec.whatwg.org/#names-and-labels has them: what browsers take a name for, and no other codec of
# Python's. UTF-7 is not among them, nor is anything else that can hide marks.
_NAMES = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254",
    "iso-8859-11": "cp874", "windows-874": "cp874", "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8", "logical": "iso-8859-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "chinese": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "windows-949": "cp949",
    "koi8-r": "koi8-r", "koi8": "koi8-r", "koi8-u": "koi8-u", "ibm866": "cp866", "cp866": "cp866",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
} | {f"windows-125{n}": f"cp125{n}" for n in "01345678"} | {f"cp125{n}": f"cp125{n}" for n in "0134567"} | {
    f"iso-8859-{n}": f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
}  # fmt: skip

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_LOOKED_AT = 4096  # bytes; browsers look at 1024
_SAMPLE = 1 << 16
_ALPHABETS = ["cp1251", "koi8-r", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949"]


def declared(data: bytes, content_type: str, *, is_markup: bool) -> list[str]:
    """Python's names of the encodings that the answer's header and the document name, in this order."""
    found = []
    header = _HEADER.search(content_type)
    if header:
        found.append(_NAMES.get(header[1].lower(), ""))
    if is_markup:
        said = _XML.match(data[:_LOOKED_AT]) or _META.search(data[:_LOOKED_AT])
        name = _NAMES.get(said[1].decode("ascii", "replace").lower(), "") if said else ""
        # The mark that says so could be read, so these are not two bytes a character.
        found.append("utf-8" if name.startswith("utf-16") else name)
    return list(dict.fromkeys(name for name in found if name))


def strictly(data: bytes, encoding: str) -> str | None:
    """The text if the bytes are really in this encoding, as far as bytes can tell; else None."""
    if encoding != "utf-8" and not data.isascii() and _is_utf8(data):
        # No other encoding makes good UTF-8 of more than a letter or two by chance.
        return None
    try:
        text = codecs.decode(data, encoding)
    except (UnicodeDecodeError, LookupError):
        # A few bytes that Windows-1252 has no letter for are no reason to doubt it.
        return _nearly(data, encoding)
    return None if encoding in ("cp1252", "cp1254") and _is_gibberish(data) else text


def detect(data: bytes) -> tuple[str, str] | None:
    """Text and encoding of another alphabet in which the bytes make words; None when nobody can tell."""
    sample = data[:_SAMPLE]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_ALPHABETS, threshold=0.3).best()
    if best is None or not best.encoding:
        return None
    return data.decode(best.encoding, "replace"), best.encoding


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _nearly(data: bytes, encoding: str) -> str | None:
    if encoding == "utf-8":
        return None
    text = data.decode(encoding, "replace")
    return text if text.count("\ufffd") * 200 <= len(text) else None


def _is_gibberish(data: bytes) -> bool:
    """Letters outside ASCII all over: a Western encoding was declared and another alphabet was written."""
    sample = data[:_SAMPLE]
    high = sum(byte > 0xBF for byte in sample)
    letters = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in re.sub(rb"<[^>]{0,2000}>", b"", sample))
    return high > 40 and high > letters
