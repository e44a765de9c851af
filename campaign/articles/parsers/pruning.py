"""What stands beside or inside an article without being part of it, taken out before its text is looked for."""

import re

from lxml.html import HtmlElement

from campaign.articles.parsers import threads

# Words of a class or an id. A box is only taken out when most of the text stands elsewhere: some sites call all of a
# report "paywall-content".
_BOX = re.compile(
    r"(?:^|[\s_-])(?:paywall|subscribe|subscription|newsletter|signup|comments?|commentlist|disqus|related|"
    r"author-?(?:box|bio)|bio|about-the-author)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LIVE = re.compile(r"live-?(?:blog|post|update|feed)", re.IGNORECASE)
_MOST_OF_ALL = 0.3  # of a page's text, in a box
_LONGEST_FORM = 400  # characters of a box around a form for an address
_MARKER = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡])[\])]?")
_ELSEWHERE = re.compile(
    r"\W*(?:read (?:more|also)|see also|also read|related|more on this|watch|listen|"
    r"lire aussi|à lire|voir aussi|lesen sie auch|mehr zum thema|lea también|leia também|leggi anche|"
    r"اقرأ أيض[اً]+|شاهد أيض[اً]+|читайте также|延伸阅读|相关阅读)\b",
    re.IGNORECASE,
)


def prune(tree: HtmlElement) -> None:
    """Take out other articles, boxes, links to elsewhere, marks of notes; undo tables that only place things."""
    _other_articles(tree)
    _boxes(tree)
    threads.drop(tree)
    for line in tree.xpath("//p | //h3 | //h4 | //div[a and not(*[not(self::a or self::strong or self::b)])]"):
        said = " ".join(line.text_content().split())
        linked = sum(len(link.text_content()) for link in line.iter("a"))
        if _ELSEWHERE.match(said) and linked * 2 > len(said):
            _drop(line)
    for mark in tree.xpath("//sup[a]"):
        if _MARKER.fullmatch(mark.text_content().strip()):
            _drop(mark)
    for table in tree.xpath("//table[tr/td/p[2] or */tr/td/p[2]]"):
        for part in [table, *table.xpath("tbody | tr | */tr | tr/td | */tr/td")]:
            part.tag = "div"


def _boxes(tree: HtmlElement) -> None:
    """Those whose name says that they are none of the text, and short ones that ask for a mail address."""
    most = _MOST_OF_ALL * len(tree.text_content())
    for element in tree.xpath("//div | //section | //aside | //ul | //ol"):
        name = f"{element.get('class', '')} {element.get('id', '')}"
        if _BOX.search(name) and not element.xpath("descendant::h1[1]") and len(element.text_content()) < most:
            _drop(element)
    for element in tree.xpath("//*[self::div or self::section or self::aside][form/descendant::input[@type='email']]"):
        if len(element.text_content()) < _LONGEST_FORM:
            _drop(element)


def _other_articles(tree: HtmlElement) -> None:
    """Pages that go on with the next report have several; the first headline says which is meant."""
    articles = tree.xpath("//article[not(ancestor::article)]")
    with_headline = [article for article in articles if article.xpath("descendant::h1[1]")]
    if len(with_headline) == 1 and with_headline[0].xpath("descendant::p[2]"):
        for article in articles:
            if article is not with_headline[0]:
                _drop(article)
    for article in articles:
        around = article.getparent()
        if around is not None and _LIVE.search(f"{article.get('class', '')} {around.get('class', '')}"):
            article.tag = "section"  # one of the posts: the report is all of them, with what stands above


def _drop(element: HtmlElement) -> None:
    """The text after an element stays."""
    if element.getparent() is not None:
        element.drop_tree()
