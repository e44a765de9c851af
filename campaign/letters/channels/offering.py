"""What a channel offers a writer: the same shape for every way a letter can go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """One way to send a finished letter.

    channel  the name of its module
    title    what the writer would do
    steps    how, one sentence each
    href     an address to follow; "" when there is none
    link     the words of that link
    pastes   True when the writer needs the text to paste it somewhere
    prints   True when the browser's own printing does the work
    reports  the state to record when the writer says it is done (see models.STATES)
    done     the words in which the writer says so; "" for self-sent, which has one button for all channels
    """

    channel: str
    title: str
    steps: tuple[str, ...]
    href: str = ""
    link: str = ""
    pastes: bool = False
    prints: bool = False
    reports: str = "self-sent"
    done: str = ""
