"""Messages about wrong values in the sources file: what is wrong, and what to write instead."""

from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from aggregator.sources.settings import Policy, Polling, Site, SourceTable, Timeline, Weeks

# The sections and their keys; `[[source]]` last, since it also has those of [polling].
SECTIONS: dict[str, type[BaseModel]] = {
    "[site]": Site,
    "[timeline]": Timeline,
    "[polling]": Polling,
    "[weeks]": Weeks,
    "[policy]": Policy,
    "[[source]]": SourceTable,
}
NAMES = {section.strip("[]"): section for section in SECTIONS}

SENTENCES = {
    "missing": "this key is missing, the only one that a source needs",
    "string_type": 'must be text in quotes, like "this"',
    "bool_type": "must be true or false, without quotes",
    "float_type": "must be a number, without quotes",
    "int_type": "must be a whole number, without quotes",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must be at most {max_length} characters long",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "too_long": "must be at most {max_length} characters long",
    "string_pattern_mismatch": "must be a language tag such as en, de or pt-BR",
    "tuple_type": 'must be a list in square brackets, like ["this", "that"]',
    "dict_type": 'must be a table in braces, like {{ Authorization = "Bearer ${{TOKEN}}" }}',
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


def value_sentence(section: str, error: ErrorDetails) -> str:
    """Return a sentence for one error that pydantic found in a table of this section (`[site]` and so on)."""
    key, *within = error["loc"]
    if error["type"] == "extra_forbidden":
        return unknown_key(section, str(key))
    template = SENTENCES.get(error["type"])
    sentence = template.format(**error.get("ctx", {})) if template else error["msg"]
    return f"{_name(str(key), within)} in {section}: {sentence}"


def unknown_key(section: str, key: str) -> str:
    """Return the fault of an unknown key, with the one that may have been meant."""
    near = get_close_matches(key, SECTIONS[section].model_fields, n=1)
    home = [name for name, model in SECTIONS.items() if key in model.model_fields]
    if home:
        hint = f"it belongs to {home[0]}"
    elif near:
        hint = f"did you mean `{near[0]}`?"
    else:
        hint = f"the keys are {', '.join(SECTIONS[section].model_fields)}"
    return f"unknown key `{key}` in {section}; {hint}"


def unknown_section(name: str) -> str:
    """Return the fault of an unknown section, or of a key outside every section."""
    near = get_close_matches(name, NAMES, n=1)
    home = [section for section, model in SECTIONS.items() if name in model.model_fields]
    if near:
        return f"unknown section `{name}`; did you mean {NAMES[near[0]]}?"
    if home:
        return f"`{name}` stands outside every section; move it below a line {home[0]}"
    return f"unknown section `{name}`; the sections are {', '.join(SECTIONS)}"


def not_in_folder(name: str, main: str) -> str:
    """Return the fault of a section that only the sources file itself may have."""
    return f"a file in this folder holds [[source]] tables only; move {NAMES[name]} to {main}"


def wrong_brackets(name: str) -> str:
    """Return the fault of a section of the wrong kind of table."""
    return f"`{name}` must be written as {NAMES[name]}, with its keys on the lines below"


def _name(key: str, within: list[int | str]) -> str:
    """Name a key, and the position within its value: the third of a list, the header of a table."""
    if within and isinstance(within[0], str):
        return f"`{key}.{within[0]}`"
    if within and isinstance(within[0], int):
        return f"item {within[0] + 1} of `{key}`"
    return f"`{key}`"
