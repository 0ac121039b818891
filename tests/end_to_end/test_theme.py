"""A theme while the service runs: live without a restart, and never in the way of the page."""

from lxml import html

from tests.support.commands import Command, Site, eventually, free_port
from tests.support.publisher import Publisher
from tests.support.theme import PIXEL, write_theme

FIVE_SECONDS = 5.0
BASE = (
    '{% extends "ours/base.html" %}\n{% block footer %}<p class="own">WORDS</p>{{ super() }}{% endblock %}\n'
)


def own_words(site: Site) -> str:
    page = html.document_fromstring(site.get("/").text)
    return "".join(str(one.text) for one in page.cssselect("p.own"))


def test_a_changed_theme_shows_within_five_seconds_and_a_broken_one_is_told_beside_the_last_good_look(
    command: Command, publisher: Publisher
) -> None:
    source = f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\nslug = "jane"\nface = "faces/jane.png"\n'
    command.configure(more=f'[site]\ntheme = "look"\n{source}')
    template = {"templates/base.html": BASE.replace("WORDS", "first")}
    theme = write_theme(command.folder / "look", {"faces/jane.png": PIXEL, **template})
    site = Site(free_port())
    process = command.start("run", port=site.port)
    eventually("the service answers", site.is_up)
    assert own_words(site) == "first"

    write_theme(theme, {"templates/base.html": BASE.replace("WORDS", "second")})
    eventually("the new template shows", lambda: own_words(site) == "second", FIVE_SECONDS)

    write_theme(theme, {"templates/base.html": BASE.replace("WORDS", "{% if %}")})
    told = "look/templates/base.html:2: "
    eventually("the fault is told", lambda: told in site.get("/sources").text, FIVE_SECONDS)
    assert own_words(site) == "second"
    assert str(command.folder) not in site.get("/sources").text

    write_theme(theme, {"templates/base.html": BASE.replace("WORDS", "{{ site.nothing.at_all }}")})
    eventually("our own shows", lambda: own_words(site) == "", FIVE_SECONDS)
    assert site.get("/").status_code == 200
    told = "look/templates/base.html:2: UndefinedError"
    eventually("what failed is told", lambda: told in site.get("/sources").text, FIVE_SECONDS)

    (theme / "faces" / "jane.png").unlink()
    eventually(
        "the missing picture is told",
        lambda: "look/faces/jane.png: there is no such picture" in site.get("/sources").text,
        FIVE_SECONDS,
    )
    process.terminate()
    log, _ = process.communicate(timeout=30)
    assert log.count("our own template is shown in its place") == 1
    assert "Traceback" not in log
