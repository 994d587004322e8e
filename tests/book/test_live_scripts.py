"""The scripts of the live map are loaded where it is, and nowhere else."""

SCRIPTS = ("flow.js", "ordered_map.js", "live.js")


def test_only_the_page_with_a_live_map_loads_its_scripts(tiny_book):
    tiny_book.configure("live", html_static_path=["static"])
    for name in SCRIPTS:
        tiny_book.write(f"static/{name}", "")
    tiny_book.write("index.rst", "One\n===\n\n.. toctree::\n\n   other\n")
    tiny_book.write("other.rst", "Two\n===\n\n.. raw:: html\n\n   <div data-live></div>\n")
    tiny_book.build()
    found = [tiny_book.page("other").find(name) for name in SCRIPTS]
    assert -1 not in found
    assert found == sorted(found)
    assert not any(name in tiny_book.page("index") for name in SCRIPTS)
