"""Where in a document something stands: what a warning keeps of it, in the words of whoever reads the warning."""

import re

from campaign.i18n import lazy_gettext

_WORDS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"headline", lazy_gettext("headline")),
        (r"key point (\d+)", lazy_gettext("key point %(number)s")),
        (r"article, subhead", lazy_gettext("article, subhead")),
        (r"article, paragraph (\d+)", lazy_gettext("article, paragraph %(number)s")),
        (r"image (\d+)", lazy_gettext("image %(number)s")),
        (r"opinion, paragraph (\d+)", lazy_gettext("opinion, paragraph %(number)s")),
        (r"action, paragraph (\d+)", lazy_gettext("call to action, paragraph %(number)s")),
        (r"to do", lazy_gettext("to do")),
        (r"to do (\d+)", lazy_gettext("to do %(number)s")),
        (r"petition", lazy_gettext("petition")),
        (r"letter (\d+)", lazy_gettext("letter %(number)s")),
        (r"letter (\d+), line (\d+)", lazy_gettext("letter %(number)s, line %(line)s")),
    )
)


def said(where: str) -> str:
    """“opinion, paragraph 2” in the language of the page; "" for a part that the page to mend it on names already."""
    for pattern, words in _WORDS:
        if match := pattern.fullmatch(where):
            number, line = (*match.groups(), "", "")[:2]
            return str(words) % {"number": number, "line": line}
    return ""
