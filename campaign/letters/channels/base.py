"""What a channel offers a writer: the same shape for every way a letter can go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """One way to send a finished letter. A channel that has more to say adds its own fields.

    channel  the name of its folder
    title    what the writer would do
    steps    how, one sentence each
    href     an address to follow; "" when there is none
    link     the words of that link
    pastes   True when the writer needs the text to paste it somewhere
    reports  the state to record when the writer says it is done (see models.SAID)
    done     the words in which the writer says so; "" for self-sent, which has one button for all channels
    """

    channel: str
    title: str
    steps: tuple[str, ...]
    href: str = ""
    link: str = ""
    pastes: bool = False
    reports: str = "self-sent"
    done: str = ""
