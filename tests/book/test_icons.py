"""Only the icons that pages show are sent."""


def test_the_script_holds_the_icons_of_the_pages_and_no_other(tiny_book):
    tiny_book.configure("icons", html_theme="pydata_sphinx_theme")
    tiny_book.write("index.rst", 'One\n===\n\n.. raw:: html\n\n   <i class="fas fa-anchor"></i>\n')
    said = tiny_book.build()
    script = (tiny_book.html / "_static" / "scripts" / "fontawesome.js").read_text()
    assert '"anchor": [' in script
    assert '"magnifying-glass": [' in script  # of the theme
    assert '"camel"' not in script
    assert len(script) < 30_000
    assert "icons:" not in said


def test_an_icon_that_does_not_exist_is_a_warning(tiny_book):
    tiny_book.configure("icons", html_theme="pydata_sphinx_theme")
    tiny_book.write("index.rst", 'One\n===\n\n.. raw:: html\n\n   <i class="fas fa-unicorn"></i>\n')
    assert "got none of ['unicorn']" in tiny_book.build()
