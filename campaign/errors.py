"""What every refusal has in common: it names the field and says what to do next."""

from dataclasses import dataclass


class Refused(Exception):
    """Somebody asked for something that cannot be done as asked.

    field    the form field or part of a file it is about; "" for the whole
    message  one sentence that says what is wrong and how to mend it
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Refused):
    """There is no such thing, or not for the one who asks."""


@dataclass(frozen=True)
class Finding:
    """One thing somebody should look at before going on.

    code      a stable word for programs, e.g. "missing-demand"
    text      a sentence for people: what is wrong and how to mend it
    where     the part it is about, e.g. "petition.demand" or "letters.2, line 4"
    blocks    True when nothing may be published or sent while it stands
    """

    code: str
    text: str
    where: str = ""
    blocks: bool = True
