def test_a_new_title_is_written_into_the_navigation_of_every_page(tiny_book):
    tiny_book.configure("titles", html_theme="sphinx_book_theme")
    tiny_book.write("index.rst", "Start\n=====\n\n.. toctree::\n\n   first\n   second\n")
    tiny_book.write("first.rst", "First\n=====\n")
    tiny_book.write("second.rst", "Second\n======\n")
    tiny_book.build()
    assert "First" in tiny_book.page("second")
    tiny_book.write("first.rst", "Renamed\n=======\n")
    tiny_book.build()
    assert "Renamed" in tiny_book.page("second")


def test_new_text_under_the_same_title_leaves_other_pages_alone(tiny_book):
    tiny_book.configure("titles")
    tiny_book.write("index.rst", "Start\n=====\n\n.. toctree::\n\n   first\n   second\n")
    tiny_book.write("first.rst", "First\n=====\n")
    tiny_book.write("second.rst", "Second\n======\n")
    tiny_book.build()
    before = (tiny_book.html / "second.html").stat().st_mtime_ns
    tiny_book.write("first.rst", "First\n=====\n\nMore.\n")
    tiny_book.build()
    assert "More." in tiny_book.page("first")
    assert (tiny_book.html / "second.html").stat().st_mtime_ns == before
