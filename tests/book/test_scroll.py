"""What is wider than a phone says so, and the keyboard can scroll it."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGE = """<div class="bd-content">
<div class="mffcnn-picture" id="wide"><div style="width: 600px">a figure</div></div>
<div class="mffcnn-picture" id="narrow"><div style="width: 100px">a figure</div></div>
<details><summary>folded</summary>
<div class="mffcnn-table-box" id="folded" role="region" aria-label="a table" tabindex="0">
<div style="width: 600px">a table</div></div></details>
</div>"""
TOLD = """(name) => {
    const box = document.getElementById(name);
    return [getComputedStyle(box, "::before").content, box.tabIndex];
}"""


def test_a_box_that_scrolls_says_so_and_no_other(browser, root):
    page = browser.new_page(viewport={"width": 390, "height": 700})
    page.set_content(PAGE)
    page.add_style_tag(path=root / "book" / "_static" / "custom.css")
    page.add_script_tag(path=root / "book" / "_static" / "scroll.js")
    page.evaluate("dispatchEvent(new Event('load'))")
    assert page.evaluate(TOLD, "wide") == ['"scroll sideways ↔"', 0]
    assert page.evaluate(TOLD, "narrow") == ["none", -1]
    page.click("summary")
    page.wait_for_function("document.querySelector('#folded').matches('.scrolls')")
    assert page.evaluate(TOLD, "folded") == ['"scroll sideways ↔"', 0]
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_function("!document.querySelector('.scrolls')")
    assert page.evaluate(TOLD, "wide") == ["none", -1]
    page.close()
