"""The `.ini` files of Planet, Venus and Pluto, and Pluto's `.yml`.

Planet and Venus name a section by the feed's address, Pluto by a short name with the address in `feed`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from aggregator.sources.imports.found import Import, Listed, Note, collected

SECTION = re.compile(r"\s*\[(.+)\]\s*(?:[;#].*)?$")
# Pluto's keys are indented; as in Planet, an indented line that is not a key continues the value above.
KEY = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*(?:=|:(?=\s))\s*(.*)$")
LIST_ITEM = re.compile(r"\s*-|\.\.\.$")
YML_NAME = re.compile(r"([\w.-]+):\s*(?:#.*)?$")
YML_COMMENT = re.compile(r"(?:^|\s)#.*$")
QUOTED = re.compile(r""":\s+(["'])(.*)\1\s*$""")
INLINE_COMMENT = re.compile(r"\s;.*$")

TITLES = ("name", "title")
ADDRESSES = ("feed", "feed_url")  # Pluto's
GROUPS = ("group", "groups", "tags", "category", "categories")
INCLUDES = ("filter", "include", "includes")
EXCLUDES = ("exclude", "excludes")
USED = {*TITLES, *ADDRESSES, *GROUPS, *INCLUDES, *EXCLUDES, "face", "filters"}

# The counterparts of settings of the whole planet. Only sources are imported: the rest is left to the admin.
ELSEWHERE = {
    "name": "`title` below [site]",
    "title": "`title` below [site]",
    "link": "`url` below [site]",
    "url": "`url` below [site]",
    "owner_email": "`contact` below [polling]",
    "feed_timeout": "`timeout` below [polling]",
    "items_per_page": "`page_size` below [timeline]",
    "activity_threshold": "`active_within` below [policy]",
    "output_theme": "a theme",
    "template_files": "a theme",
}
PICTURE = re.compile(r"\.(png|jpe?g|gif|webp|avif|svg)$", re.IGNORECASE)


@dataclass(slots=True)
class _Section:
    line: int
    name: str
    keys: dict[str, tuple[int, str]] = field(default_factory=dict)  # by name: line, value

    def value(self, *names: str) -> str:
        """Return the value of the first of these keys that is set."""
        return next((self.keys[name][1] for name in names if name in self.keys), "")


def read_ini(text: str) -> Import:
    """Read the feeds of a planet with their names, faces, filters and groups."""
    sections = list(_sections(text))
    whole = {key: value for one in sections if _is_whole(one) for key, value in one.keys.items()}
    notes: list[Note] = []
    feeds: list[Listed] = []
    for section in sections:
        if _is_whole(section):
            notes += _notes_of_whole(section)
        elif url := _address(section):
            feeds += _feed(section, url, whole, notes)
        else:
            notes.append(
                Note(section.line, f"the section [{section.name}] names no feed and has no counterpart")
            )
    return collected(feeds, notes, "this section")


def read_yml(text: str) -> Import:
    """Read Pluto's `.yml`: a name per feed with its keys indented below it. `feeds`, a list of these names, says nothing more."""
    return read_ini("\n".join(map(_as_ini, text.splitlines())))


def _as_ini(line: str) -> str:
    if LIST_ITEM.match(line):
        return ""
    if name := YML_NAME.match(line):
        return "" if name[1] == "feeds" else f"[{name[1]}]"
    return QUOTED.sub(r": \2", YML_COMMENT.sub("", line))


def _sections(text: str) -> Iterator[_Section]:
    """Yield the sections like Python's ConfigParser, the keys before the first one as one without a name."""
    section, key = _Section(1, ""), ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        if header := SECTION.match(line):
            yield section
            section, key = _Section(number, header[1].strip()), ""
        elif pair := KEY.match(line):
            key = pair[1].lower()
            section.keys[key] = number, INLINE_COMMENT.sub("", pair[2]).strip().replace("%%", "%")
        elif key and line[0].isspace():
            first, value = section.keys[key]
            section.keys[key] = first, f"{value}\n{INLINE_COMMENT.sub('', line).strip()}"
    yield section


def _is_whole(section: _Section) -> bool:
    """Whether a section is about the whole planet."""
    return section.name in ("", "Planet", "DEFAULT")


def _notes_of_whole(section: _Section) -> Iterator[Note]:
    for key, (line, value) in section.keys.items():
        if key in (*INCLUDES, *EXCLUDES, "filters"):
            continue  # each source gets it
        if place := ELSEWHERE.get(key):
            yield Note(line, f"`{key} = {value}` was not taken; its counterpart is {place}")
        else:
            yield Note(line, f"`{key}` has no counterpart")


def _address(section: _Section) -> str:
    if re.match(r"[a-z]+:", section.name, re.IGNORECASE):
        return section.name
    return section.value(*ADDRESSES)


def _feed(
    section: _Section, url: str, whole: Mapping[str, tuple[int, str]], notes: list[Note]
) -> Iterator[Listed]:
    if re.search("opml|foaf|csv|config", section.value("content_type")):
        notes.append(Note(section.line, f"{url} is a list of feeds; fetch it and import it by itself"))
        return
    notes += (
        Note(line, f"`{key}` has no counterpart")
        for key, (line, _) in section.keys.items()
        if key not in USED
    )
    include, exclude = _filters(section, whole, notes)
    groups = section.value(*GROUPS)
    yield Listed(
        section.line,
        url,
        " ".join(section.value(*TITLES).split()),
        tuple(re.split(r"\s*,\s*" if "," in groups else r"\s+", groups)),
        slug="" if url == section.name else section.name,
        include=include,
        exclude=exclude,
        face=_face(section, notes),
    )


def _filters(
    section: _Section, whole: Mapping[str, tuple[int, str]], notes: list[Note]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the patterns of `filter` and `exclude`, and those of Venus' `regexp_sifter.py`.

    A source's own `filter` replaces that of the whole planet; `filters` of both are applied.
    """
    merged = _Section(section.line, section.name, {**whole, **section.keys})
    include, exclude = [merged.value(*INCLUDES)], [merged.value(*EXCLUDES)]
    for line, scripts in filter(None, (keys.get("filters") for keys in (whole, section.keys))):
        for script in scripts.split():
            name, _, query = script.partition("?")
            if PurePosixPath(name).name != "regexp_sifter.py":
                notes.append(Note(line, f"the filter {name} has no counterpart"))
                continue
            for key, pattern in parse_qsl(query):
                (exclude if key == "exclude" else include).append(pattern)
    return _all_of(include), tuple(filter(None, exclude))


def _all_of(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return one pattern that requires all of these: of several in `include`, one match is enough."""
    wanted = [pattern for pattern in patterns if pattern]
    if len(wanted) <= 1:
        return tuple(wanted)
    return ("(?s)" + "".join(f"(?=.*(?:{pattern}))" for pattern in wanted),)


def _face(section: _Section, notes: list[Note]) -> str:
    line, written = section.keys.get("face", (0, ""))
    name = PurePosixPath(urlsplit(written).path).name
    if not name:
        return ""
    if not PICTURE.search(name):
        notes.append(Note(line, f"`face = {written}` was not taken: it does not end as a picture does"))
        return ""
    notes.append(Note(line, f"the picture {written} belongs into the theme's folder, as faces/{name}"))
    return f"faces/{name}"
