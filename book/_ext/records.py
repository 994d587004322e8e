"""Numbers in prose come from the records of this build.

``{record}`two_stream/results.json#metrics.accuracy|.1%` `` puts one value of a
JSON record into a sentence: file below the records folder, ``#``, the keys joined by
dots (a number for a list's place), ``|`` and a format as in Python's ``format``.

Three cases, told apart on purpose: the value is there; this build has no records at all
(a plain checkout), which shows an em dash; or a build with records lacks this file or
key, which is a warning, and so a failed build under ``-W``.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)


def records_folder(env: BuildEnvironment) -> Path:
    return Path(env.srcdir, env.config.records_folder)


def read_record(env: BuildEnvironment, name: str) -> Any:
    """Read a record and make the current page depend on it."""
    path = records_folder(env) / name
    env.note_dependency(str(path))
    return json.loads(path.read_text(encoding="utf-8"))


def look_up(record: Any, keys: str) -> Any:
    """Return the value at dotted keys; a LookupError says which key is missing.

    >>> look_up({"folds": [{"accuracy": 0.5}]}, "folds.0.accuracy")
    0.5
    """
    value = record
    for key in keys.split("."):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            have = ", ".join(map(str, value)) if isinstance(value, dict) else type(value).__name__
            raise LookupError(f"expected the key {key!r} of {keys!r}, got only: {have}")
    return value


def not_computed() -> nodes.abbreviation:
    return nodes.abbreviation("—", "—", explanation="not computed in this build")


class RecordRole(SphinxRole):
    """The role ``record``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the value as text, or a dash and perhaps a warning."""
        where, _, format_spec = self.text.partition("|")
        name, _, keys = where.partition("#")
        if not records_folder(self.env).is_dir():
            self.env.note_dependency(str(records_folder(self.env)))
            return [not_computed()], []
        try:
            value = look_up(read_record(self.env, name.strip()), keys.strip())
            text = format(value, format_spec.strip())
        except FileNotFoundError:
            return self._missing(f"expected the record {name!r}, got no such file")
        except (LookupError, ValueError, TypeError) as error:
            return self._missing(f"{name}: {error}")
        return [nodes.inline(text, text, classes=["record"])], []

    def _missing(self, problem: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        logger.warning(
            "record: %s. Correct the role or run the step that makes it.",
            problem,
            location=self.get_location(),
            type="records",
        )
        return [not_computed()], []


def setup(app: Sphinx) -> dict:
    app.add_config_value("records_folder", "_records", "env", str)
    app.add_role("record", RecordRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
