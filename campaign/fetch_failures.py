"""Why something could not be fetched from the web: one exception for each cause, with what to do about it."""

from flask_babel import LazyString

from campaign.errors import Refused
from campaign.i18n import lazy_gettext


class FetchFailed(Refused):
    """Nothing was fetched.

    is_passing     it may work later without anybody changing anything
    retry_after    seconds after which the site wants to be asked again; None when it did not say
    status         what the site answered; 0 when it is not about that
    values         what the text speaks of: a host, a kind of document
    """

    text: LazyString = lazy_gettext("This address cannot be fetched.")
    is_passing = False

    def __init__(self, *, status: int = 0, retry_after: float | None = None, **values: object) -> None:
        super().__init__(str(self.text) % {"status": status, **values}, field="url")
        self.status, self.retry_after, self.values = status, retry_after, values


class BadAddress(FetchFailed):
    """Not an address of a web page."""

    text = lazy_gettext("Write a whole address that begins with https:// or http://, as your browser shows it.")


class HasPassword(FetchFailed):
    """The address carries a name or password."""

    text = lazy_gettext("Leave out the name and password before the @. Only pages that anybody may read are fetched.")


class OtherPort(FetchFailed):
    """Not where web servers of the public answer."""

    text = lazy_gettext(
        "Only the usual ports of the web, 80 and 443, are fetched. Leave out the number after the colon."
    )


class PrivateAddress(FetchFailed):
    """The address, or one it leads to, is inside a network. Which one is not said: it would be a map for burglars."""

    text = lazy_gettext("Addresses of private networks are not fetched. Paste the text of the page instead.")


class HostUnknown(FetchFailed):
    """No such name, or nobody could say."""

    text = lazy_gettext("There is no site called %(host)s. Check the address letter by letter.")


class NotReached(FetchFailed):
    """Nobody answers there, or the connection broke."""

    text = lazy_gettext("%(host)s cannot be reached. Open the address in a browser; if it works there, try again.")
    is_passing = True


class TooSlow(FetchFailed):
    """Not done within the time allowed."""

    text = lazy_gettext("%(host)s does not answer in time. Try again later, or paste the text of the page.")
    is_passing = True


class CutOff(FetchFailed):
    """The answer ended before its end."""

    text = lazy_gettext("%(host)s broke off in the middle. Try again; if it happens again, paste the text.")
    is_passing = True


class UntrustedCertificate(FetchFailed):
    """Somebody may be pretending to be that site."""

    text = lazy_gettext("%(host)s cannot prove that it is %(host)s (%(reason)s). Check the address, or paste the text.")


class NoSafeConnection(FetchFailed):
    """TLS did not come about."""

    text = lazy_gettext("No safe connection to %(host)s came about. Check whether its address begins with http://.")


class TooManyRedirects(FetchFailed):
    """Sent on again and again, perhaps in a circle."""

    text = lazy_gettext("%(host)s sends readers on again and again. Open the page in a browser, and copy its address.")


class BadRedirect(FetchFailed):
    """Sent on to something that is no address."""

    text = lazy_gettext("%(host)s sends readers on to something that is no web page. Paste the text of the page.")


class NotThere(FetchFailed):
    """404 and 410."""

    text = lazy_gettext(
        "%(host)s has no such page (%(status)s). Open it in a browser, and copy the address from there."
    )


class NotForPrograms(FetchFailed):
    """A paywall, a sign-in, or no wish to be read by programs."""

    text = lazy_gettext(
        "%(host)s does not show this page to programs (%(status)s), perhaps because readers must pay or sign in. "
        "Open it in a browser, and paste the text."
    )


class Busy(FetchFailed):
    """Asked too often, or closed for a while."""

    text = lazy_gettext("%(host)s is busy (%(status)s). Try again in a few minutes.")
    is_passing = True


class SiteFault(FetchFailed):
    """The site's own mistake."""

    text = lazy_gettext("%(host)s has a fault of its own (%(status)s). Try again later.")
    is_passing = True


class OddAnswer(FetchFailed):
    """Neither a page nor a known refusal."""

    text = lazy_gettext(
        "%(host)s gave an answer that is no page (%(status)s). Open it in a browser, and paste the text."
    )


class WrongKind(FetchFailed):
    """A picture, a PDF, a film …"""

    text = lazy_gettext("This is not a web page but %(kind)s. Open it in a browser, copy its text, and paste that.")


class TooLarge(FetchFailed):
    """More than is taken, as it comes."""

    text = lazy_gettext("This is larger than %(most)s MB. Paste the text of the article instead.")


class TooLargeUnpacked(FetchFailed):
    """More than is taken once unpacked, or packed as only bombs are."""

    text = lazy_gettext("This is larger than %(most)s MB when unpacked. Paste the text of the article instead.")


class UnknownPacking(FetchFailed):
    """Content-Encoding that was not asked for, or is not what it says."""

    text = lazy_gettext("%(host)s packs its pages in a way that is not read here. Paste the text of the page.")
