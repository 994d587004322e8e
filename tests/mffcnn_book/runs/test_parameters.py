import re

import pytest

from mffcnn_book.runs import Parameter, check_parameters, read_parameters, without_sections
from mffcnn_core.errors import NotebookError, ParameterError


def test_names_types_defaults_and_help_are_read_in_order(write_notebook):
    path = write_notebook(
        parameters=(
            "# what a re-runner changes\n"
            "window: int = 20  # flows in a window\n"
            "rate: float = 1e-3\n"
            "profile = 'smoke'  # smoke, quick or paper\n"
            "fold: int = None  # one fold only\n"
            "seeds: list[int] = [0, 1]  # one run for each\n"
        )
    )
    assert list(read_parameters(path).values()) == [
        Parameter("window", "int", 20, "flows in a window"),
        Parameter("rate", "float", 1e-3, ""),
        Parameter("profile", "str", "smoke", "smoke, quick or paper"),
        Parameter("fold", "int", None, "one fold only"),
        Parameter("seeds", "list[int]", [0, 1], "one run for each"),
    ]


def test_a_notebook_without_a_parameters_cell_has_none(write_notebook):
    assert read_parameters(write_notebook("1", parameters=None)) == {}


def test_a_path_with_braces_is_a_path(write_notebook):
    assert "window" in read_parameters(write_notebook(name="{draft}.ipynb"))


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("window: int = 20  # window=20 is the paper's", 1),  # papermill skips a second =
        ("profile: str = 'smoke'\nfold: int | None = None  # a fold", 2),  # and a |
        ("import numpy", 1),
        ("window: int", 1),
        ("window = = 20", 1),
        ("window = 10 * 2", 1),
        ("a = 1\nwindow, size = 20, 5", 2),
    ],
)
def test_a_line_that_breaks_the_rule_is_named(write_notebook, cell, line):
    text = cell.splitlines()[line - 1]
    with pytest.raises(
        NotebookError,
        match=re.escape(f"got {text!r} in line {line} of the parameters cell. Write one"),
    ):
        read_parameters(write_notebook(parameters=cell))


def test_an_unknown_type_is_refused(write_notebook):
    with pytest.raises(NotebookError, match="expected a type among bool, .*, got Path for"):
        read_parameters(write_notebook(parameters="root: Path = 'data'"))


def test_a_default_must_be_of_its_type(write_notebook):
    with pytest.raises(NotebookError, match="parameters cell, window: expected int, got 'wide'"):
        read_parameters(write_notebook(parameters="window: int = 'wide'"))


def test_a_missing_notebook_is_told_with_the_nearest_name(write_notebook):
    path = write_notebook()
    with pytest.raises(NotebookError, match=r"got no file. Did you mean '04_flow.ipynb'\?"):
        read_parameters(path.with_name("04_flwo.ipynb"))
    with pytest.raises(NotebookError, match="There is no notebook in that folder"):
        read_parameters(path.parent / "elsewhere" / "04_flow.ipynb")


def test_a_file_that_is_no_notebook_is_told(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("a page", encoding="utf-8")
    with pytest.raises(NotebookError, match="expected a Jupyter notebook, got something else"):
        read_parameters(path)


def test_a_notebook_without_a_kernel_name_is_told(write_notebook):
    with pytest.raises(NotebookError, match="expected metadata that name the kernel python3"):
        read_parameters(write_notebook(metadata={}))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("int", "12", 12),
        ("int", 12, 12),
        ("float", "1e-3", 1e-3),  # YAML reads this number as text
        ("float", 2, 2.0),
        ("bool", "true", True),
        ("bool", "False", False),
        ("bool", True, True),
        ("str", "3", "3"),
        ("list[int]", "[0, 1]", [0, 1]),
        ("list[str]", "dis, 'farneback'", ["dis", "farneback"]),
        ("list[float]", (1, 2), [1.0, 2.0]),
        ("list[int]", "", []),
    ],
)
def test_values_become_the_declared_type(kind, value, expected):
    converted = Parameter("p", kind, 0).convert(value)
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", "12.5"),
        ("int", 12.0),
        ("int", True),
        ("float", "fast"),
        ("float", False),
        ("bool", "yes"),
        ("bool", 1),
        ("str", 3),
        ("str", None),
        ("list[int]", 3),
        ("list[int]", "0, one"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_default_and_the_help(kind, value):
    with pytest.raises(
        ParameterError,
        match=re.escape(f"p: expected {kind}, got {value!r}. The default is 0 (some help)."),
    ):
        Parameter("p", kind, 0, "some help").convert(value)


def test_none_is_taken_where_it_is_the_default():
    assert Parameter("fold", "int", None).convert("None") is None
    assert Parameter("fold", "int", None).convert("3") == 3


def test_unknown_names_are_refused_with_the_nearest_known():
    declared = {"window": Parameter("window", "int", 20), "size": Parameter("size", "int", 8)}
    assert check_parameters({"window": "5"}, declared, notebook="a.ipynb") == {"window": 5}
    with pytest.raises(
        ParameterError,
        match=r"a.ipynb: expected a parameter of the notebook, got 'windw'. Did you mean 'window'",
    ):
        check_parameters({"windw": 5}, declared, notebook="a.ipynb")
    with pytest.raises(ParameterError, match="got 'window'. It declares none"):
        check_parameters({"window": 5}, {}, notebook="a.ipynb")


def test_only_sections_of_a_profile_are_passed_over():
    declared = {"profile": Parameter("profile", "str", "quick")}
    profile = {"profile": "smoke", "windw": 3, "corpus": {"subjects": 3}}
    assert without_sections(profile, declared) == {"profile": "smoke", "windw": 3}
