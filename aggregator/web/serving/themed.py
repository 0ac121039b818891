"""Pages from templates: the theme's where it has some, and ours in the place of one that fails."""

import traceback
from functools import lru_cache
from typing import Any

from flask import current_app, render_template
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment

from aggregator.theme import Look
from aggregator.theme.templates import EXTENSIONS, loader
from aggregator.translations import gettext, ngettext
from aggregator.web.serving.context import context

NOT_FOR_THEMES = ("config", "session")  # of Flask's globals


def render(name: str, **values: Any) -> str:
    """Return the page that a template makes of these values.

    Whatever a theme's template raises is noted, and the page is made by ours; what ours raises goes through.
    """
    look = context().settings().look
    if not look.templates:
        return render_template(name, **values)
    try:
        return render_template(environment_of(look).get_template(name), **values)
    except Exception as error:  # noqa: BLE001 - anything can be wrong in a template
        page = render_template(name, **values)
        _note(look, error)
        return page


@lru_cache(maxsize=4)
def environment_of(look: Look) -> SandboxedEnvironment:
    """Return where the templates of a look are rendered, with all that ours can use.

    A theme may come from anybody: it reaches nothing but what it is given.
    """
    ours = current_app.jinja_env
    themed = SandboxedEnvironment(
        loader=loader(look),
        autoescape=ours.autoescape,
        trim_blocks=ours.trim_blocks,
        lstrip_blocks=ours.lstrip_blocks,
    )
    speak(themed)
    themed.filters.update(ours.filters)
    themed.globals.update({name: one for name, one in ours.globals.items() if name not in NOT_FOR_THEMES})
    return themed


def speak(env: Environment) -> None:
    """Let templates say words in the language of the site."""
    for extension in EXTENSIONS:
        env.add_extension(extension)
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # which the extension adds
        gettext, ngettext, newstyle=True
    )


def _note(look: Look, error: Exception) -> None:
    place, sentence = _place(look, error), f"{type(error).__name__}: {error}"
    if context().theme_faults.note(look, place, sentence):
        current_app.logger.error("%s: %s; our own template is shown in its place", place, sentence)


def _place(look: Look, error: Exception) -> str:
    """Return the innermost line of the theme that was reached; Jinja gives templates their place in tracebacks."""
    files = {look.file_of(name) for name in look.templates}
    frames = traceback.extract_tb(error.__traceback__)
    found = [f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename in files]
    return found[-1] if found else look.file_of("")
