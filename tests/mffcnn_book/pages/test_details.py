from mffcnn_book.pages import show_details

ENTRIES = [("contradiction: 1 < 2 & more", {"Quoted": "Table <1>", "Read as": ""})]


def test_entries_are_closed_and_escaped():
    html = show_details(ENTRIES)._repr_html_()
    assert "<summary>contradiction: 1 &lt; 2 &amp; more</summary>" in html
    assert "<p><strong>Quoted:</strong> Table &lt;1&gt;</p>" in html
    assert "Read as" not in html  # an empty line is left out
    assert html.count("<details>") == html.count("</details>") == 1
    assert "open" not in html


def test_a_title_closes_the_whole_list():
    html = show_details(ENTRIES, title="Tables")._repr_html_()
    assert html.startswith("<details><summary>Tables</summary>")
    assert html.count("<details>") == html.count("</details>") == 2


def test_a_page_without_html_has_every_word():
    assert repr(show_details(ENTRIES, title="Tables")).splitlines() == [
        "Tables",
        "* contradiction: 1 < 2 & more",
        "    Quoted: Table <1>",
    ]
