"""Where reports differ in names."""

from pathlib import Path

import pytest

from campaign.articles import reading, spellings
from campaign.articles.models import Article
from tests.make import NOW


def report(text: str, outlet: str = "", language: str = "en") -> Article:
    return Article(headline="", outlet=outlet, language=language, body=[{"kind": "paragraph", "text": text}])


def found(one: str, other: str, language: str = "en") -> list[list[str]]:
    differences = spellings.compare([report(one, language=language), report(other, language=language)])
    return [[spelling.name for spelling in names] for names in differences.spellings]


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("Then Mayor Anna Petrov spoke.", "Then Mayor Anna Petroff spoke.", [["Petroff", "Petrov"]]),
        ("They met Yury Ushakov.", "They met Yuri Ushakov.", [["Yuri", "Yury"]]),
        ("They met in Erdoğan’s house.", "They met Erdogan’s wife.", []),  # nothing says that it is the same man
        ("They fled from Kyiv towards Lviv.", "They fled from Kiev towards Lviv.", [["Kiev", "Kyiv"]]),
        ("The Russian army left.", "The Russians and their army left.", []),  # another word, not another spelling
        ("He met Ann Lee and Anne Lee.", "She met Ann Lee and Anne Lee.", []),  # both have both: two people
        ("The mayor spoke.", "The Mayor spoke.", []),
        ("They met Al Gore.", "They met Al Core.", []),  # another first letter, mostly another name
    ],
)
def test_names_that_are_used_alike_and_spelled_differently(one: str, other: str, names: list[list[str]]) -> None:
    assert found(one, other) == names


def test_endings_of_names_are_no_spellings_where_names_have_cases() -> None:
    assert found("Potem Anna Kowalska mówiła.", "Wczoraj Anną Kowalską chwalono.", "pl") == []


def test_who_is_named_by_one_report_only() -> None:
    one = report("On Monday the mayor met Bishop John Smith and Ludwig van Beethoven. The Bishop spoke.", "Ledger")
    other = report("On Monday the mayor met Bishop John Smith.", "Courier")
    [only] = spellings.compare([one, other]).only_here
    assert (only.article, only.names) == (one, ["Ludwig van Beethoven"])


@pytest.mark.parametrize("reports", [[], [report("Anna Petrov.")], [report("市长说话了。"), report("市長說話了。")]])
def test_nothing_to_compare_is_no_difference(reports: list[Article]) -> None:
    assert not spellings.compare(reports)


def test_reports_in_other_languages_are_not_compared() -> None:
    assert not spellings.compare([report("We met Anna Petrov."), report("Wir trafen Anna Petrow.", language="de")])


def test_the_two_real_reports_differ_in_one_spelling_and_in_who_attends(shared: Path) -> None:
    articles = []
    for path in sorted((shared / "articles").glob("*.txt")):
        [page] = reading.read(path.read_bytes(), most=1 << 20, now=NOW)
        body = [{"kind": block.kind, "text": block.text} for block in page.article]
        articles.append(Article(headline=page.headline, language=page.language, body=body))
    differences = spellings.compare(articles)
    [[usual, other]] = differences.spellings
    assert (usual.name, usual.articles) == ("Zelenskiy", articles)
    assert (other.name, other.articles) == ("Zelensky", articles[1:])
    [only] = differences.only_here
    assert only.article is articles[1]
    assert [name.split()[-1] for name in only.names] == ["Bessent", "Lutnick", "Hegseth", "Wiles", "Leavitt"]
