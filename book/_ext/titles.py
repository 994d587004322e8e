"""Write every page again when a title changes: all of them show it in their navigation.

Sphinx writes only the pages whose text changed, so the side bars of the others would
keep the old title in an incremental build.
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def _stale_navigation(app: Sphinx, env: BuildEnvironment) -> list[str]:
    titles = {page: title.astext() for page, title in env.titles.items()}
    changed = titles != getattr(env, "navigation_titles", titles)
    env.navigation_titles = titles
    return sorted(env.all_docs) if changed else []


def setup(app: Sphinx) -> dict:
    app.connect("env-updated", _stale_navigation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
