"""Which of the eight kinds an action is, by the words of its title and text. Data: add words here, not code."""

import re

from campaign.text import fold

# Beginnings of words, folded; "_" stands for a space and closes a word. Earlier kinds win a tie.
WORDS: dict[str, tuple[str, ...]] = {
    "petition": (
        "petition", "sign_our", "add_your_name", "signature", "peticion", "peticao", "petizione", "unterschrift",
    ),
    "accountability": (
        "accountab", "justice", "tribunal", "prosecut", "war_crime", "ombudsm", "watchdog", "complaint", "lawsuit",
        "investigat", "audit_", "foi_", "freedom_of_information", "responsabil", "rechenschaft", "rendicion",
        "court_", "icc_", "inspector_general", "hold_them_to", "inquiry", "transparen",
    ),
    "event": (
        "attend", "rally", "rallies", "protest", "vigil", "demonstration", "join_the_march", "march_for", "town_hall",
        "public_hearing", "public_meeting", "come_to_the", "picket", "marche_", "manifest", "kundgebung", "demo_",
        "veranstaltung", "concentracion", "council_meeting", "open_day", "assemblee",
    ),
    "contact": (
        "contact", "write_to", "write_a_letter", "write_your", "email_your", "e-mail_your", "call_your", "call_the",
        "phone_your", "ask_your", "ask_the",
        "representative", "senator", "congress", "member_of_parliament", "your_mp_", "elected_official",
        "white_house", "mayor", "minister", "governor", "councillor", "council_member", "official",
        "ecri", "depute", "elu_", "elus_", "maire", "schreib", "abgeordnet", "burgermeister", "escrib", "diputad",
        "alcald", "scrivi", "letter_to",
    ),
    "social": (
        "social", "hashtag", "tweet", "facebook", "instagram", "mastodon", "bluesky", "tiktok", "share_", "post_about",
        "spread_the_word", "online_", "reseaux", "partag", "soziale", "teile", "redes_", "compart", "condivid",
        "raise_awareness",
    ),
    "donate": (
        "donat", "humanitarian", "fundrais", "charit", "give_money", "give_to", "relief", "chip_in", "contribut",
        "crowdfund", "don_", "dons_", "soutenir_financ", "spend", "dona_", "donar", "donazion", "financial",
    ),
    "local": (
        "local", "neighbo", "communit", "volunteer", "grassroots", "join_a", "join_or", "chapter", "coalition",
        "in_your_town", "near_you", "organize_in", "benevol", "quartier", "association", "verein", "ehrenamt",
        "vor_ort", "barrio", "volunta", "group_",
    ),
    "learn": (
        "educat", "learn", "read_", "study", "inform", "research", "understand", "watch_", "documentary",
        "book_", "books_", "teach", "discuss", "lire_", "s'informer", "lesen", "lernen", "leer_", "aprend",
        "know_the_facts", "know_your",
    ),
}  # fmt: skip

KINDS = tuple(WORDS)
_PATTERNS = {
    kind: re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word).replace("_", r"(?:\s|\b)") for word in words) + ")")
    for kind, words in WORDS.items()
}
_LONGEST = 5000  # characters of an action's text that are looked at


def guess(title: str, text: str) -> str:
    """The kind of an action. Its title decides; its text only where the title has none of the words."""
    for words in (fold(title), fold(text[:_LONGEST])):
        counts = {kind: len(pattern.findall(words.replace("’", "'"))) for kind, pattern in _PATTERNS.items()}
        best = max(counts.values())
        if best:
            return next(kind for kind in KINDS if counts[kind] == best)
    return "learn"
