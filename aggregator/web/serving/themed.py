"""Pages from templates: the theme's where it has some, and ours in the place of one that fails."""

import traceback
from functools import lru_cache
from typing import Any

from flask import current_app, render_template
from jinja2 import Environment
from markupsafe import Markup

from aggregator.theme import Look
from aggregator.theme.sandbox import Sandbox, TookTooLongError, time_limit
from aggregator.theme.templates import EXTENSIONS, loader
from aggregator.translations import gettext, ngettext
from aggregator.web.serving.context import context

NOT_FOR_THEMES = ("config", "session")  # of Flask's globals


def render(name: str, **values: Any) -> str:
    """Return the page that a template makes of these values.

    Whatever a theme's template raises is noted, and the page is made by ours; what ours raises goes through. Templates
    of which one took too long are not tried again.
    """
    here = context()
    look = here.settings().look
    if not look.templates or here.theme_faults.is_given_up(look):
        return render_template(name, **values)
    try:
        with time_limit():
            return render_template(environment_of(look).get_template(name), **values)
    except Exception as error:  # noqa: BLE001 - anything can be wrong in a template
        page = render_template(name, **values)
        _note(look, error)
        return page


@lru_cache(maxsize=4)
def environment_of(look: Look) -> Sandbox:
    """Return where the templates of a look are rendered, with all that ours can use.

    A theme may come from anybody: it reaches nothing but what it is given.
    """
    ours = current_app.jinja_env
    themed = Sandbox(
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
    # What Jinja's own `install_gettext_callables` would do, in one call a message for three.
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # which the extension adds
    env.globals.update(_=_message, gettext=_message, ngettext=_counted_message)


def _message(message: str, /, **values: object) -> Markup:
    """Say a message, whose markup is ours, with values that are escaped."""
    return _filled(gettext(message), values)


def _counted_message(one: str, many: str, num: int, /, **values: object) -> Markup:
    """Say a message in the form that a number takes; `%(num)s` is the number."""
    return _filled(ngettext(one, many, num), {"num": num, **values})


def _filled(said: str, values: dict[str, object]) -> Markup:
    return Markup(said) % values if "%" in said else Markup(said)  # noqa: S704 - only `values` come from others


def _note(look: Look, error: Exception) -> None:
    place, sentence = _place(look, error), f"{type(error).__name__}: {error}"
    faults = context().theme_faults
    if faults.note(look, place, sentence):
        current_app.logger.error("%s: %s; our own template is shown in its place", place, sentence)
    if isinstance(error, TookTooLongError):
        faults.give_up(look)


def _place(look: Look, error: Exception) -> str:
    """Return the innermost line of the theme that was reached; Jinja gives templates their place in tracebacks."""
    files = {look.file_of(name) for name in look.templates}
    frames = traceback.extract_tb(error.__traceback__)
    found = [f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename in files]
    return found[-1] if found else look.file_of("")
