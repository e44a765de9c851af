"""Pages of a made-up press, each built in another way, with the paragraphs that are really the article's."""

from collections.abc import Callable
from dataclasses import dataclass

FERRY = [
    "The ferry between Little Orme and the east pier will stop running on the first of November, its owner said on "
    "Tuesday, because the wooden hull has failed its third inspection in a row.",
    "About 340 people take the boat on a working day. Without it the way to the hospital takes fifty minutes by road "
    "instead of twelve across the water.",
    "“We asked the county for a loan in March and have had no answer,” said Hanna Brook, who has run the line since "
    "2011. “I cannot send people out in a boat that I would not take myself.”",
    "The county's transport office said that it had received the request and that its committee would look at it in "
    "December, a month after the last crossing.",
    "A group of nurses has begun to collect names against the closure. They want the county to rent a second boat for "
    "the winter, which would cost about 90,000 crowns.",
]
WELLS = [
    "Four of the seven wells that supply the town of Karsk have fallen dry since June, and the mayor has asked "
    "households to use no more than sixty litres a day.",
    "Hydrologists had warned in 2019 that the new bottling plant would lower the water table by a metre a year. The "
    "permit was granted all the same, on the condition that levels be published every month.",
    "Nothing has been published since February of last year. The company says that the measuring device broke, and "
    "that a spare part was ordered.",
    "Farmers on the southern slope have lost about a third of their beans. “You can hear the pump of the plant at "
    "night,” said Tomas Reel, who grows them on nine hectares, “and in the morning our ditch is lower.”",
    "The regional water board can suspend a permit within ten days. It has never done so.",
    "A public hearing is planned for the end of the month in the hall of the old school.",
]
LIBRARY = [
    "The branch library in Marsh Street opens on Saturdays again, eight months after the council had cut its hours to "
    "save the salary of one librarian.",
    "Readers had kept a tally at the door: on an ordinary Saturday 212 people came, more than on all the other days of "
    "the week together, and a quarter of them were children.",
    "The council's own figures had said sixty. They came from a single rainy Saturday in January on which the heating "
    "did not work, as an auditor found out in spring.",
    "“Numbers are only as good as the door you count them at,” said Ruth Abel, a retired teacher who had stood there "
    "with a clicker on eleven weekends.",
    "The money comes from the road fund, which had been left with a surplus after two roundabouts were not built.",
]
WELLS_IN_ARABIC = [
    "أعلنت شركة المياه في بلدة الكرم يوم الاثنين أن أربع آبار من أصل سبع جفّت منذ حزيران، وطلبت من السكان "
    "ألا يستهلكوا أكثر من ستين لتراً في اليوم.",
    "وكان خبراء قد حذّروا في عام 2019 من أن مصنع التعبئة الجديد سيخفض مستوى المياه الجوفية متراً كل سنة، "
    "ومع ذلك مُنحت الرخصة.",
    "وقال المزارع توفيق الرمل إن ثلث محصول الفول ضاع هذا العام. «نسمع مضخة المصنع في الليل، وفي الصباح "
    "تكون قناتنا أخفض»، أضاف.",
    "وتستطيع هيئة المياه أن توقف الرخصة خلال عشرة أيام، لكنها لم تفعل ذلك قط.",
    "ومن المقرر عقد جلسة علنية في نهاية الشهر في قاعة المدرسة القديمة.",
]
FERRY_IN_CHINESE = [
    "市政府周一宣布，连接小岛与东码头的渡轮将于十一月一日停运，因为木制船体连续第三次未能通过检验。",
    "工作日大约有三百四十人乘坐这艘船。没有渡轮，去医院走公路要五十分钟，而水路只要十二分钟。",
    "“我们三月向县里申请贷款，至今没有答复，”自二〇一一年起经营这条航线的船主说，“我不能让别人坐我自己都不敢坐的船。”",
    "县交通办公室表示已收到申请，委员会将在十二月审议，那时距最后一班渡轮已过去一个月。",
    "一群护士开始收集签名反对停运。她们希望县里租第二艘船过冬，费用约九万元。",
]
Paragraphs = list[str]


@dataclass(frozen=True)
class WebPage:
    """name: what is particular about it; url: where it is from; html: its code; paragraphs: what a reader must give."""

    name: str
    html: str
    paragraphs: Paragraphs
    headline: str
    url: str = "https://www.harbour.example.org/news/story-1"


def _ps(paragraphs: Paragraphs) -> str:
    return "\n".join(f"<p>{text}</p>" for text in paragraphs)


MENU = "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in ("Home", "World", "Sport", "Weather", "Jobs"))
NAV = f"<nav><ul>{MENU}</ul></nav>"
FOOT = (
    "<footer><p>© 2026 Harbour Press. All rights reserved. No part may be copied without our permission.</p>"
    "<ul><li><a href='/imprint'>Imprint</a></li><li><a href='/privacy'>Privacy</a></li></ul></footer>"
)
TEASERS = "".join(
    f"<div class='teaser'><a href='/t{n}'><h3>Headline number {n} about something else</h3></a>"
    f"<p>In short what this other report number {n} is about, and why you should click on it.</p></div>"
    for n in range(6)
)
COMMENTS = (
    "<section id='comments' class='comments'><h2>Comments (2)</h2><div class='comment'><p>First! I have always said "
    "so, and nobody listened to me at the time, as usual in this town.</p></div><div class='comment'><p>That is "
    "nonsense, my friend, and you know it very well, as we all do around here.</p></div></section>"
)
LETTER = (
    "<div class='newsletter'><p>Sign up for our newsletter and get the best of the week in your inbox every Friday "
    "morning.</p><form><input name='email'><button>Sign up</button></form></div>"
)
COOKIES = (
    "<div id='cookie-banner'><p>We and our 412 partners store cookies on your device.</p><button>OK</button></div>"
)


def _page(head: str, body: str, lang: str = "en") -> str:
    return f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def _plain(title: str, text: Paragraphs) -> str:
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(text)}</article>{FOOT}")


def _divs(title: str, text: Paragraphs) -> str:
    body = "".join(f"<div class='text-block'><div>{_ps([part])}</div></div>" for part in text)
    return _page(f"<title>{title} – Harbour</title>", f"<div id='nav'>{MENU}</div><div class='content'><h1>{title}</h1>"
                 f"<div class='article-body'>{body}</div></div><div class='sidebar'>{TEASERS}</div>{FOOT}")  # fmt: skip


def _breaks(title: str, text: Paragraphs) -> str:
    joined = "<br><br>\n".join(text)
    return _page(f"<title>{title}</title>", f"<table><tr><td>{MENU}</td><td><font size=5>{title}</font><br><br>"
                 f"<div class='story'>{joined}</div></td></tr></table>")  # fmt: skip


def _adverts(title: str, text: Paragraphs) -> str:
    ad = "<div class='advert'><span>Advertisement</span><a href='//ads.example/1'>Buy two boats, pay for one</a></div>"
    body = "".join(f"<p>{part}</p>{ad if n % 2 else ''}" for n, part in enumerate(text))
    return _page(f"<title>{title}</title>", f"{COOKIES}{NAV}<main><article><h1>{title}</h1>{body}</article>{LETTER}"
                 f"{COMMENTS}</main><aside>{TEASERS}</aside>{FOOT}")  # fmt: skip


def _subheads(title: str, text: Paragraphs) -> str:
    body = f"{_ps(text[:2])}<h2>What the office says</h2>{_ps(text[2:4])}<h2>What comes next</h2>{_ps(text[4:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><header><h1>{title}</h1><p class='byline'>By Jane Doe</p>"
                 f"</header>{body}</article>{FOOT}")  # fmt: skip


def _figures(title: str, text: Paragraphs) -> str:
    figure = (
        "<figure><img src='/img/boat-800x600.jpg' alt=''><figcaption>The boat at the pier last week. "
        "<span class='credit'>Photo: Ann Poe</span></figcaption></figure>"
    )
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(text[:1])}{figure}{_ps(text[1:])}"
                 f"</article>{FOOT}")  # fmt: skip


def _related(title: str, text: Paragraphs) -> str:
    box = "<div class='related'><h4>Related stories</h4><ul>" + "".join(
        f"<li><a href='/r{n}'>Another headline, number {n}</a></li>" for n in range(4)
    )
    tags = "<div class='tags'>Tags: <a href='/a'>boats</a> <a href='/b'>county</a></div>"
    body = f"{_ps(text[:3])}{box}</ul></div>{_ps(text[3:])}{tags}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _quote(title: str, text: Paragraphs) -> str:
    quoted = f"{_ps(text[:2])}<blockquote><p>{text[2]}</p></blockquote>{_ps(text[3:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<div role='main'><h1>{title}</h1>{quoted}</div>{TEASERS}{FOOT}")


def _microdata(title: str, text: Paragraphs) -> str:
    report = f"<h1 itemprop='headline'>{title}</h1><div itemprop='articleBody'>{_ps(text)}</div>"
    scope = f"<div itemscope itemtype='https://schema.org/NewsArticle'>{report}</div>"
    return _page(f"<title>{title}</title>", f"{NAV}{scope}{TEASERS}{FOOT}")


def _share(title: str, text: Paragraphs) -> str:
    links = "<li><a href='#'>Share on Facebook</a></li><li><a href='#'>Tweet</a></li><li>Print</li>"
    bar = f"<ul class='share'>{links}</ul>"
    author = "<div class='author-box'><p>Jane Doe writes about the coast.</p></div>"
    body = f"<article><h1>{title}</h1>{bar}{_ps(text)}{bar}{author}</article>"
    return _page(f"<title>{title}</title>", f"{NAV}{body}{LETTER}{FOOT}")


def _sections(title: str, text: Paragraphs) -> str:
    body = "".join(f"<section><p>{part}</p></section>" for part in text)
    return _page(f"<title>{title}</title>", f"<header>{NAV}</header><main><h1>{title}</h1>{body}</main>{FOOT}")


def _inline_marks(title: str, text: Paragraphs) -> str:
    marked = [part.replace("The ", "<strong>The</strong> ", 1).replace(" a ", " <em>a</em> ", 1) for part in text]
    linked = [part.replace(" on ", " <a href='/on'>on</a> ", 1) for part in marked]
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(linked)}</article>{COMMENTS}{FOOT}")


def _script_text(title: str, text: Paragraphs) -> str:
    state = f'<script>window.STATE = {{"body": "{text[0][:60]}"}};</script><style>p {{ margin: 0 }}</style>'
    body = f"<div class='post'><h1>{title}</h1><div class='entry-content'>{_ps(text)}</div></div>"
    off = "<noscript><p>Turn on JavaScript.</p></noscript>"
    return _page(f"<title>{title}</title>{state}", f"{state}{NAV}{body}{off}{FOOT}")


def _paywall(title: str, text: Paragraphs) -> str:
    wall = (
        "<div class='paywall'><h2>Subscribe to continue reading</h2><p>This article is for subscribers only. Already a "
        "subscriber? Sign in.</p><ul><li>Unlimited access to all articles</li><li>Cancel at any time</li></ul></div>"
    )
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(text)}{wall}</article>{FOOT}")


def _named_for_its_wall(title: str, text: Paragraphs) -> str:
    rest = f"{_ps(text[:2])}<div class='paywall-content'>{_ps(text[2:])}</div>"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{rest}</article>{FOOT}")


def _live(title: str, text: Paragraphs) -> str:
    posts = "".join(f"<article class='live-post'><time>10.0{n}</time><p>{part}</p></article>"
                    for n, part in enumerate(text[1:]))  # fmt: skip
    body = f"<main><h1>{title}</h1><p class='lead'>{text[0]}</p><div class='liveblog'>{posts}</div></main>"
    return _page(f"<title>{title} – live</title>", f"{NAV}{body}{FOOT}")


def _elsewhere(title: str, text: Paragraphs) -> str:
    more = "<p class='x1'><strong>Read more: <a href='/x'>Why the hull failed its inspection</a></strong></p>"
    also = "<p><a href='/y'>SEE ALSO: The nurses who row to work</a></p>"
    body = f"{_ps(text[:2])}{more}{_ps(text[2:4])}{also}{_ps(text[4:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _letter_inside(title: str, text: Paragraphs) -> str:
    box = (
        "<div class='c-box x12'><h3>Sign up for our morning letter</h3><p>The best of the harbour in your inbox every "
        "weekday, free of charge.</p><form><input type=email><button>Sign up</button></form></div>"
    )
    body = f"{_ps(text[:2])}{box}{_ps(text[2:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _biography(title: str, text: Paragraphs) -> str:
    bio = "<div class='bio'><p>Jane Doe has been the harbour correspondent of this paper for eleven years.</p></div>"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(text)}{bio}</article>{FOOT}")


def _laid_in_a_table(title: str, text: Paragraphs) -> str:
    links = "".join(f"<a href=/{n}>Link {n}</a><br>" for n in range(12))
    cells = f"<td class=left>{links}</td><td><h1>{title}</h1>{_ps(text)}</td><td class=right>{TEASERS}</td>"
    return _page(f"<title>{title}</title>", f"<table width='100%'><tr>{cells}</tr></table>")


def _notes(title: str, text: Paragraphs) -> str:
    body = _ps([f"{part}<sup><a href='#n{n}'>{n}</a></sup>" for n, part in enumerate(text, 1)])
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _next_report(title: str, text: Paragraphs) -> str:
    other = f"<article class='next'><h2>Another day at the pier</h2>{_ps([part[::-1] for part in text])}</article>"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{_ps(text)}</article>{other}{FOOT}")


def _many_comments(title: str, text: Paragraphs) -> str:
    said = "I have lived here for years and never saw an inspector; whoever wrote that looked at another boat, I think."
    comments = "".join(f"<li class='comment'><b>Reader {n}</b><p>{said} ({n})</p></li>" for n in range(8))
    box = f"<div class='comments-area'><ol>{comments}</ol></div>"
    return _page(
        f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1><div>{_ps(text)}</div>{box}</article>{FOOT}"
    )


def _said(number: int, words: str, inside: str = "") -> str:
    said = f"<p>I never saw an inspector there; whoever wrote that looked at another boat, I think. ({number})</p>"
    name = f"<div><span>Reader {number}</span> <span>{number + 1} hours ago</span></div>"
    return f"<div>{name}<div>{said}</div><div><a href=#>{words}</a> <a href=#>1</a></div>{inside}</div>"


def _unnamed_answers(title: str, text: Paragraphs) -> str:
    said = "".join(_said(n, "Répondre", f"<div>{_said(n + 20, 'Répondre')}</div>") for n in range(6))
    return _page(f"<title>{title}</title>", f"{NAV}<div><h1>{title}</h1>{_ps(text)}<div>{said}</div></div>{FOOT}")


def _headed_comments(title: str, text: Paragraphs) -> str:
    said = "".join(f"<div><b>Reader {n}</b><br>I never saw an inspector there, not once. ({n})</div>" for n in range(9))
    return _page(
        f"<title>{title}</title>", f"{NAV}<div><h1>{title}</h1>{_ps(text)}<h3>9 Comments</h3>{said}</div>{FOOT}"
    )


def _rows(title: str, text: Paragraphs) -> str:
    rows = "".join(f"<tr><td>Well {n}</td><td>{n * 3} metres</td></tr>" for n in range(1, 5))
    body = f"{_ps(text[:3])}<table><tr><th>Well</th><th>Level</th></tr>{rows}</table>{_ps(text[3:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _list(title: str, text: Paragraphs) -> str:
    items = "".join(f"<li>{part}</li>" for part in text[1:4])
    body = f"{_ps(text[:1])}<ul>{items}</ul>{_ps(text[4:])}"
    return _page(f"<title>{title}</title>", f"{NAV}<article><h1>{title}</h1>{body}</article>{FOOT}")


def _arabic(title: str, text: Paragraphs) -> str:
    menu = "<div class='menu'><a href='/'>الرئيسية</a> <a href='/s'>رياضة</a> <a href='/e'>اقتصاد</a></div>"
    comment = (
        "<div class='comments'><p>تعليق: هذا الكلام صحيح تماماً وقد رأيت البئر بنفسي قبل أسبوع وكانت جافة.</p></div>"
    )
    body = f"{menu}<div class='wrap'><h1>{title}</h1><div class='details'>{'<br><br>'.join(text)}</div></div>{comment}"
    return _page(f"<title>{title}</title>", f"<div dir='rtl'>{body}</div>", "ar")


def _chinese(title: str, text: Paragraphs) -> str:
    top = "<div class='top'><a href='/'>首页</a><a href='/n'>新闻</a></div>"
    body = "".join(f"<div>　　{part}</div>" for part in text)
    other = "<div class='recommend'><a href='/1'>相关新闻一</a><a href='/2'>相关新闻二</a></div>"
    inner = f"<div class='main'><h1>{title}</h1><div class='txt'>{body}</div></div>{other}"
    return _page(f"<title>{title}</title>", f"{top}{inner}<div class='copyright'>版权所有 海港日报</div>", "zh")


_LAYOUTS: dict[str, Callable[[str, Paragraphs], str]] = {
    "nothing but an article": _plain,
    "divs in divs beside a sidebar": _divs,
    "line breaks in a table": _breaks,
    "adverts, cookies, comments, newsletter": _adverts,
    "subheads": _subheads,
    "pictures with captions": _figures,
    "related stories in the middle": _related,
    "a long quotation": _quote,
    "microdata": _microdata,
    "share buttons and an author box": _share,
    "a section for each paragraph": _sections,
    "bold, italic and links": _inline_marks,
    "scripts that repeat the text": _script_text,
    "an offer to subscribe": _paywall,
    "a text that is named for its paywall": _named_for_its_wall,
    "posts of a live blog": _live,
    "lines that lead elsewhere": _elsewhere,
    "a box that asks for an address": _letter_inside,
    "a line about the author": _biography,
    "a table that only places things": _laid_in_a_table,
    "marks of footnotes": _notes,
    "the next report below": _next_report,
    "long comments": _many_comments,
    "answers in boxes without names": _unnamed_answers,
    "comments below a heading": _headed_comments,
    "a table of figures": _rows,
    "a list": _list,
}
_TEXTS = [("The ferry stops in November", FERRY), ("Four of seven wells run dry", WELLS),
          ("The library opens on Saturdays again", LIBRARY)]  # fmt: skip
_SUBHEADS = ["What the office says", "What comes next"]


def pages() -> list[WebPage]:
    """One page for each layout."""
    made = []
    for number, (name, layout) in enumerate(_LAYOUTS.items()):
        title, text = _TEXTS[number % len(_TEXTS)]
        truth = [*text[:2], _SUBHEADS[0], *text[2:4], _SUBHEADS[1], *text[4:]] if layout is _subheads else text
        if layout is _rows:
            figures = ["Well | Level", *(f"Well {n} | {n * 3} metres" for n in range(1, 5))]
            truth = [*text[:3], *figures, *text[3:]]
        made.append(WebPage(name, layout(title, text), truth, title))
    arabic, chinese = "جفاف أربع آبار في بلدة الكرم", "渡轮将于十一月停运"
    made.append(WebPage("Arabic", _arabic(arabic, WELLS_IN_ARABIC), WELLS_IN_ARABIC, arabic))
    made.append(WebPage("Chinese", _chinese(chinese, FERRY_IN_CHINESE), FERRY_IN_CHINESE, chinese))
    return made
