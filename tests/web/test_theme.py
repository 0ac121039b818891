"""A site in a look of its own: on its pages, in its feeds, as files; and what a template that fails leaves."""

import json
import logging
import re
from pathlib import Path

import pytest
from jinja2 import Environment
from lxml import etree, html

from aggregator.sources.settings import Settings
from aggregator.static_site import build
from aggregator.theme import read, sandbox
from aggregator.theme.templates import FILTERS, blocks_of_ours
from tests.support.browser import Live, Open, violations
from tests.support.site import Site
from tests.support.theme import DRAWING, GUIDE, PIXEL, example, write_theme

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = '{% extends "ours/base.html" %}\n'


def dressed(settings: Settings, folder: Path, faces: dict[str, str] | None = None) -> Settings:
    """Return the settings with the look of a folder, which must have no fault."""
    look, faults = read(folder, faces or {})
    assert faults == ()
    return settings.model_copy(update={"look": look})


def page(site: Site, path: str = "/") -> html.HtmlElement:
    return html.document_fromstring(site.client.get(path).get_data(as_text=True))


def test_its_style_logo_and_icon_are_served_by_the_site(site: Site, tmp_path: Path) -> None:
    parts = {"style.css": "p {}", "logo.svg": DRAWING, "icon.svg": DRAWING}
    site.settings = dressed(site.settings, write_theme(tmp_path / "theme", parts))
    here = page(site)

    styles = [link.get("href") for link in here.cssselect("link[rel=stylesheet]")]
    assert [re.sub(r"\.\w{12}\.", ".", str(style)) for style in styles] == [
        "/assets/site.css",
        "/assets/style.css",
    ]
    (logo,) = (str(image.get("src")) for image in here.cssselect(".wordmark img"))
    (icon,) = (str(link.get("href")) for link in here.cssselect("link[rel=icon]"))
    for address, kind in ((styles[1], "text/css"), (logo, "image/svg+xml"), (icon, "image/svg+xml")):
        answer = site.client.get(str(address))
        assert answer.content_type == f"{kind}; charset=utf-8"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert site.client.get(icon).get_data(as_text=True) == DRAWING
    assert [one["src"] for one in site.client.get("/site.webmanifest").get_json(force=True)["icons"]] == [
        icon
    ]
    assert here.cssselect(".wordmark img[width='2'][height='2']")


def test_a_page_changes_with_the_theme(site: Site, tmp_path: Path) -> None:
    before = site.client.get("/").headers["ETag"]
    folder = write_theme(tmp_path / "theme", {"style.css": "p {}"})
    site.settings = dressed(site.settings, folder)
    after = site.client.get("/", headers={"If-None-Match": before})

    assert after.status_code == 200
    assert site.client.get("/", headers={"If-None-Match": after.headers["ETag"]}).status_code == 304


def test_a_face_takes_the_place_of_the_letter_and_is_named_in_feeds(site: Site, tmp_path: Path) -> None:
    site.publish_many(1)
    folder = write_theme(tmp_path / "theme", {"faces/a b.png": PIXEL})
    site.settings = dressed(site.settings, folder, {"aws": "faces/a b.png"})

    face = str(page(site).cssselect(".h-entry img.tile")[0].get("src"))
    assert site.client.get(face).data == PIXEL
    assert len(page(site, "/sources").cssselect("img.tile")) == 1
    assert page(site, "/sources/aws").cssselect("h1 img.tile")
    whole = f"{site.settings.site.url}{face}"
    assert (
        etree.fromstring(site.client.get("/feed.atom").data).findtext(f".//{ATOM}source/{ATOM}icon") == whole
    )
    (item,) = json.loads(site.client.get("/feed.json").data)["items"]
    assert item["_aggregator"]["source"]["icon"] == whole


def test_its_templates_change_blocks_of_ours(site: Site, tmp_path: Path) -> None:
    site.publish_many(2)
    parts = {
        "templates/base.html": BASE
        + "{% block footer %}<p id='mine'>{{ site.title }}</p>{{ super() }}{% endblock %}",
        "templates/post.html": "{% extends 'ours/post.html' %}{% block tags %}<i>{{ item.title }}</i>{% endblock %}",
        "templates/timeline.html": "{% extends 'ours/timeline.html' %}{% block beside %}{% include 'ad.html' %}{% endblock %}",
        "templates/ad.html": "<b id='ad'></b>",
    }
    site.settings = dressed(site.settings, write_theme(tmp_path / "theme", parts))

    here = page(site)
    assert here.cssselect("footer #mine")[0].text == "Serverless Timeline"
    assert len(here.cssselect("footer p")) == 3
    assert len(here.cssselect("article i")) == 2
    assert here.cssselect("aside #ad")
    assert page(site, "/about").cssselect("#mine")
    assert page(site, "/nowhere").cssselect("#mine")


@pytest.mark.parametrize(
    ("words", "line", "told"),
    [
        ("{{ nothing.at.all }}", 3, "UndefinedError: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("{{ ''.__class__.__mro__ }}", 3, "SecurityError"),
        ("{% include 'base.html' %}", 1, "RecursionError"),
        ("{{ 9 ** 9 ** 9 }}", 3, "SecurityError"),
        ("{{ 'x' * 99999999999 }}", 3, "SecurityError"),
    ],
)
def test_a_template_that_fails_leaves_our_page_and_is_told_once(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, words: str, line: int, told: str
) -> None:
    site.publish_many(1)
    folder = write_theme(
        tmp_path / "theme", {"templates/base.html": f"{BASE}\n{{% block footer %}}{words}{{% endblock %}}"}
    )
    plain = site.client.get("/about").data
    site.settings = dressed(site.settings, folder)

    with caplog.at_level(logging.ERROR):
        answers = [site.client.get(path) for path in ("/", "/about", "/nowhere", "/about")]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 200]
    assert answers[1].data == plain
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{folder}/templates/base.html:{line}: {told}")
    assert "our own template is shown" in record.getMessage()
    notice = page(site, "/sources").cssselect(".notice code")
    assert [str(one.text).partition(" ")[0] for one in notice] == [f"theme/templates/base.html:{line}:"]


def test_a_template_without_an_end_is_given_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandbox, "LONGEST", 0.2)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    folder = write_theme(
        tmp_path / "theme", {"templates/base.html": f"{BASE}{{% block footer %}}{loop}{{% endblock %}}"}
    )
    site.settings = dressed(site.settings, folder)

    answers = [site.client.get(path) for path in ("/about", "/weeks", "/about")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    (record,) = caplog.records
    assert "base.html:2: TookTooLongError" in record.getMessage()
    write_theme(folder, {"templates/base.html": BASE + "{% block footer %}<i>mended</i>{% endblock %}"})
    site.settings = dressed(site.settings, folder)
    assert page(site, "/about").cssselect("footer i")


def test_a_built_site_has_the_theme(site: Site, tmp_path: Path) -> None:
    site.publish_many(3)
    folder = write_theme(tmp_path / "theme", {"style.css": "p {}", "logo.png": PIXEL, "faces/a.png": PIXEL})
    site.settings = dressed(site.settings, folder, {"aws": "faces/a.png"})
    built = tmp_path / "public"

    build(site.database, site.settings, built, site.clock)

    here = html.document_fromstring((built / "index.html").read_text())
    elements = here.cssselect("link[rel=stylesheet], img")
    named = {str(one.get("href") or one.get("src")) for one in elements}
    assert len(named) == 4
    assert all((built / address.lstrip("/")).is_file() for address in named)
    write_theme(folder, {"style.css": "a {}"})
    site.settings = dressed(site.settings, folder, {"aws": "faces/a.png"})
    done = build(site.database, site.settings, built, site.clock)
    assert done.removed == 1
    assert done.written > 5


# --- the guide ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/sources", "/about"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_example_of_the_guide_is_short_and_right(  # noqa: PLR0917 - fixtures
    live: Live, open_page: Open, axe: str, tmp_path: Path, path: str, scheme: str
) -> None:
    parts = example()
    assert parts.keys() == {"style.css", "logo.svg", "templates/base.html"}
    assert sum(text.count("\n") for text in parts.values()) < 40
    live.site.settings = dressed(live.site.settings, write_theme(tmp_path / "evening", parts))

    visit = open_page(live.address + path, color_scheme=scheme)

    assert visit.page.get_by_text("A planet of the Example Society.").is_visible()
    assert visit.complaints == []
    assert violations(open_page(live.address + path, color_scheme=scheme, bypass_csp=True).page, axe) == []


def test_the_guide_names_every_property() -> None:
    style = (Path(__file__).parents[2] / "aggregator" / "web" / "static" / "site.css").read_text()
    root = style.partition(":root {")[2].partition("}")[0]
    table = GUIDE.read_text().partition("## The properties")[2].partition("## The templates")[0]

    assert set(re.findall(r"`(--[a-z]+)`", table.partition("| --- |")[2])) == set(
        re.findall(r"^  (--[a-z]+):", root, re.MULTILINE)
    )


def test_the_guide_names_every_block_of_its_templates() -> None:
    table = GUIDE.read_text().partition("## The templates")[2]
    rows = re.findall(r"^\| ((?:`\w+\.html` ?)+)\| [^|]+ \| ([^|]*)\|", table, re.MULTILINE)
    told = {
        name: set(re.findall(r"`(\w+)`", blocks))
        for names, blocks in rows
        for name in re.findall(r"`(\S+)`", names)
    }
    ours = blocks_of_ours()

    assert told["base.html"] == ours["base.html"]
    assert told["timeline.html"] == ours["timeline.html"] - ours["base.html"]
    assert told["post.html"] == ours["post.html"]
    assert told.keys() <= ours.keys()


def test_themes_are_checked_for_the_filters_that_there_are(site: Site) -> None:
    plain = set(Environment(autoescape=True).filters)

    assert set(site.app.jinja_env.filters) - plain - {"tojson"} == set(FILTERS)
