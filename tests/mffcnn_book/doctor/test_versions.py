import pytest
from packaging.specifiers import SpecifierSet

from mffcnn_book.doctor._versions import Requirement, normal_name, satisfies


@pytest.mark.parametrize("version", ["1.9", "2", "2.0.0", "2.0.1", "2.14.1", "3.0"])
@pytest.mark.parametrize(
    "spec",
    ["", ">=2", ">2", "<2", "<=2.0", "==2", "==2.*", "==2.0.*", "!=2.0.0", "~=2.0", "~=2.0.0"],
)
def test_versions_compare_as_packaging_compares_them(version, spec):
    assert satisfies(version, spec) == SpecifierSet(spec).contains(version)


def test_every_clause_counts():
    assert satisfies("4.14", ">=4.13,<5")
    assert not satisfies("5.0", ">=4.13,<5")
    assert not satisfies("4.12", ">=4.13,<5")


def test_local_parts_do_not_count():
    assert satisfies("2.14.1+cpu", "==2.14.1")
    assert not satisfies("1.0.4", "==1.0.4.post1")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("torch (>=2.14.0)", Requirement("torch", ">=2.14.0")),
        ("pillow (!=8.3.*,>=5.3.0)", Requirement("pillow", "!=8.3.*,>=5.3.0")),
        ("Jupyter_Book == 1.0 ; extra == 'book'", Requirement("jupyter-book", "==1.0", "book")),
        ("ray[default]>=2", Requirement("ray", ">=2")),
        (
            "triton; sys_platform == 'linux' and extra == \"gpu\"",
            Requirement("triton", "", "gpu", conditional=True),
        ),
        ("tomli; python_version < '3.11'", Requirement("tomli", conditional=True)),
        ("wheel @ https://example.org/wheel.whl", Requirement("wheel")),
    ],
)
def test_requirement_lines_are_read(line, expected):
    assert Requirement.parse(line) == expected


def test_names_compare_in_one_spelling():
    assert normal_name("Sphinx.Book__Theme") == "sphinx-book-theme"
