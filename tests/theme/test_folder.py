"""A theme's folder: what is right with it counts, and each fault is told by file and line."""

from pathlib import Path

import pytest

from aggregator.theme import read, signature
from aggregator.theme.folder import MOST_BYTES
from tests.support.theme import DRAWING, PIXEL, write_theme

BASE = '{% extends "ours/base.html" %}\n'


def faults(folder: Path, name: str, content: str | bytes) -> list[str]:
    """Return the faults of a theme with this one file, without the folder that it is in."""
    write_theme(folder, {name: content})
    return [fault.removeprefix(f"{folder}/") for fault in read(folder, {})[1]]


def test_a_theme_of_all_parts_counts(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        "style.css": "p { color: red } /* url(https://a.test/) */",
        "logo.png": PIXEL,
        "icon.svg": DRAWING,
        "faces/jane.png": PIXEL,
        "faces/nobody.exe": b"",
        "templates/base.html": BASE
        + "{% block footer %}{{ super() }}{% include 'mine.html' %}{% endblock %}",
        "templates/mine.html": "Mine",
        "README.md": "About this theme",
        ".git": "",
    }

    look, found = read(write_theme(tmp_path, parts), {"jane": "faces/jane.png"})

    assert found == ()
    assert look.assets.keys() == {"style.css", "logo.png", "icon.svg", "faces/jane.png"}
    assert look.templates.keys() == {"base.html", "mine.html"}
    assert (look.logo, look.faces) == ("logo.png", {"jane": "faces/jane.png"})


def test_looks_are_equal_by_what_is_in_their_files(tmp_path: Path) -> None:
    one = read(write_theme(tmp_path / "a", {"style.css": "p {}"}), {})[0]
    same = read(write_theme(tmp_path / "b", {"style.css": "p {}"}), {})[0]
    other = read(write_theme(tmp_path / "c", {"style.css": "a {}"}), {})[0]

    assert one == same != other


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("templates/base.html", "{% extends 'ours/base.html' %}\n\n{% block footer %}", "templates/base.html:3: unexpected end of template"),
        ("templates/base.html", BASE + "{% block head %}{{ 1|florid }}{% endblock %}", "templates/base.html:2: no filter named 'florid'"),
        ("templates/base.html", BASE + "\n{% block foter %}{% endblock %}", "templates/base.html:3: there is no block `foter` in ours/base.html; its blocks are "),
        ("templates/post.html", "<p>Mine</p>", 'templates/post.html:1: must begin with {% extends "ours/post.html" %} and override blocks of it'),
        ("templates/base.html", BASE + "<p>Mine</p>", "templates/base.html:1: this is in no block and would be shown nowhere"),
        ("templates/base.html", BASE + "{% include 'gone.html' %}", "templates/base.html:2: names the template `gone.html`, and there is none"),
        ("templates/page.php", "", "templates/page.php: is no template; their names end with .html"),
        ("templates/base.html", b"\n\xff", "templates/base.html:2: is not UTF-8"),
        ("logo.gif", b"GIF89a", "logo.gif: is no part of a theme, which are style.css, "),
        ("logo.png", b"GIF89a", "logo.png: is no PNG picture, whatever its name says"),
        ("logo.png", PIXEL + bytes(MOST_BYTES), "logo.png: is larger than 256 KB"),
        ("style.css", "p {}\n@import 'a.css';", "style.css:2: a style of a theme loads nothing; take `@import` out"),
        ("style.css", "p { background: url( https://a.test/b.png ) }", "style.css:1: a style of a theme loads nothing; take `url( https://a.test/b.png` out"),
        ("icon.svg", "<svg", "icon.svg:1: is no SVG ("),
        ("icon.svg", "<html/>", "icon.svg:1: begins with <html> and is no SVG"),
        ("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg">\n<script>1</script></svg>', "icon.svg:2: holds <script>; take it out"),
        ("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg" onload="a()"/>', "icon.svg:1: holds `onload`, which would run a script"),
        ("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg"><a href="https://a.test/"/></svg>', "icon.svg:1: names `https://a.test/`; nothing outside of the file can be used"),
        ("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "a"</style></svg>', "icon.svg:1: names something outside of the file in its style"),
        ("icon.svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "icon.svg:1: declares a document type"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, name: str, content: str | bytes, told: str) -> None:
    (found,) = faults(tmp_path, name, content)

    assert found.startswith(told)


@pytest.mark.parametrize(
    "body",
    [
        '<use href="#a"/>',
        '<g fill="url(#b)"/>',
        "<style>circle { fill: url(#c) }</style>",
        '<image href="data:image/png;base64,AAAA"/>',
    ],
)
def test_a_drawing_may_name_its_own_parts(tmp_path: Path, body: str) -> None:
    assert faults(tmp_path, "icon.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>') == []


def test_a_face_whose_picture_is_missing_is_told_with_its_source(tmp_path: Path) -> None:
    _, (fault,) = read(tmp_path, {"jane": "faces/jane.png"})

    assert fault == (
        f"{tmp_path}/faces/jane.png: there is no such picture, and the source `jane` names it as its `face`; put it there"
    )


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, (fault,) = read(tmp_path / "gone", {})

    assert fault.startswith(f"{tmp_path}/gone: cannot be read as the folder of a theme (No such file")


def test_any_change_of_a_file_shows_in_the_signature(tmp_path: Path) -> None:
    states = []
    for name in ("style.css", "templates/a.html", "faces/a.png"):
        states.append(signature(tmp_path))
        write_theme(tmp_path, {name: "x"})
    states.append(signature(tmp_path))

    assert len(set(states)) == 4
