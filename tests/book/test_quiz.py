import re

import pytest


@pytest.fixture
def book(tiny_book):
    tiny_book.configure("myst_parser", "quiz", myst_enable_extensions=["dollarmath"])
    return tiny_book


def quiz(*lines):
    return "# T\n\n```{quiz} How *many*?\n" + "\n".join(lines) + "\n```\n"


def test_every_answer_opens_to_its_reason(book):
    book.write("index.md", quiz("- [ ] One || Fewer, as `f` says.", "- [x] None || Yes, $0$."))
    assert "WARNING" not in book.build()
    page = book.page("index")
    assert "How <em>many</em>?" in page
    wrong, right = re.findall(r"<details.*?</details>", page, re.DOTALL)
    assert "<summary>One</summary>" in wrong
    assert "<strong>Not quite. </strong>Fewer, as" in wrong
    assert 'class="quiz-right"' in right
    assert "<strong>Right. </strong>Yes" in right
    assert "open" not in re.match(r"<details[^>]*>", right)[0]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["- [x] One || a"], "expected two or more lines"),
        (["- [x] One || a", "Two"], "expected two or more lines"),
        (["- [x] One || a", "- [x] Two || b"], "expected exactly one answer"),
        (["- [ ] One || a", "- [ ] Two || b"], "expected exactly one answer"),
    ],
)
def test_a_question_without_a_clear_answer_is_refused(book, lines, problem):
    book.write("index.md", quiz(*lines))
    assert problem in book.build()
