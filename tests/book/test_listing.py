import ast
import json
import re

INCLUDED = re.compile(r"```\{literalinclude\} \.\./(\S+)\n((?::.*\n)*)")

CODE = '''\
"""A module."""


class Thing:
    """A thing."""

    def first(self):
        """Return one."""
        return 1

    def bare(self):
        """Only said."""


def hidden(x):
    """Keep it to itself."""
    return x


def double(x):
    """Double it.

    Of several lines.
    """
    # why: a reason
    return 2 * x
'''


def built(tiny_book, member, *options):
    tiny_book.configure("sphinx.ext.autodoc", "listing")
    tiny_book.write("pack/_part.py", CODE)
    tiny_book.write("pack/__init__.py", "from pack._part import Thing, double\n")
    listing = f".. literalinclude:: pack/_part.py\n   :language: python\n   :pyobject: {member}\n"
    extra = "".join(f"   {option}\n" for option in options)
    documented = (
        ".. py:module:: pack\n\n.. py:function:: double(x)\n\n"
        ".. py:class:: Thing\n\n   .. py:method:: first()\n"
    )
    tiny_book.write("index.rst", f"One\n===\n\n{listing}{extra}\n{documented}")
    said = tiny_book.build()
    return tiny_book.page("index"), said


def test_a_function_is_shown_without_its_docstring(tiny_book):
    page, said = built(tiny_book, "double")
    assert "Double it." not in page
    assert "why: a reason" in page
    assert 'href="#pack.double"' in page
    assert "WARNING" not in said


def test_all_docstrings_of_a_class_go_but_one_that_is_all_there_is(tiny_book):
    page, _ = built(tiny_book, "Thing")
    assert "A thing." not in page
    assert "Return one." not in page
    assert "Only said." in page


def test_a_method_stands_at_the_margin(tiny_book):
    page, _ = built(tiny_book, "Thing.first", ":dedent: 4")
    assert "Return one." not in page
    assert 'href="#pack.Thing.first"' in page


def test_an_object_that_no_page_describes_has_no_link(tiny_book):
    page, said = built(tiny_book, "hidden")
    assert "Keep it to itself." not in page
    assert "Parameters, units" not in page
    assert "WARNING" not in said


def test_a_listing_of_lines_is_left_alone(tiny_book):
    tiny_book.configure("listing")
    tiny_book.write("part.py", CODE)
    text = ".. literalinclude:: part.py\n   :language: python\n   :lines: 1-4\n"
    tiny_book.write("index.rst", f"One\n===\n\n{text}")
    tiny_book.build()
    assert "A module." in tiny_book.page("index")
    assert "Parameters, units" not in tiny_book.page("index")


def defined_in(path):
    """Return the names that a file defines, methods with their class."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for one, prefix in [(node, ""), *((m, f"{node.name}.") for m in members(node))]:
            if name := getattr(one, "name", None):
                names.add(prefix + name)
    return names


def members(node):
    return node.body if isinstance(node, ast.ClassDef) else []


def test_every_object_that_a_chapter_shows_is_where_it_is_said_to_be(root):
    shown = 0
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        for file, options in INCLUDED.findall(text):
            if found := re.search(r":pyobject: (\S+)", options):
                assert found[1] in defined_in(root / file), f"{path.name}: {found[1]} in {file}"
                shown += 1
    assert shown > 10
