"""Markup that an HTML parser would swallow words of, elements that are no text, and names with tags around them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import TextConstruct
from aggregator.normalize.authors import author_names
from aggregator.normalize.slips import is_ordinary, repaired
from aggregator.normalize.tags import tags
from aggregator.normalize.text import to_text


def html(value: str) -> str:
    return to_text(TextConstruct(value, "html"))


@pytest.mark.parametrize(
    "name", ["iframe", "script", "style", "video", "audio", "textarea", "title", "object", "noscript", "select", "div hidden"]
)  # fmt: skip
@pytest.mark.parametrize(
    "attributes", ["/", " />"[:-1], ' src="https://x.example/" width="1"/', "\n  id='a' /"]
)
def test_an_element_that_closes_itself_swallows_nothing(name: str, attributes: str) -> None:
    assert html(f"<p>Before.</p><p><{name}{attributes}></p><p>After.</p>") == "Before. After."


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>Before.</p><iframe src='x'><p>After.</p>", "Before. After."),
        ("<p>Before.</p><video><source src='x'><p>After.</p>", "Before. After."),
        ("<p>Cut off.</p><noscript>", "Cut off."),
        ("<p>Before.</p><video src='x' controls/><p>After.</p>", "Before. After."),
        ("<p>Before.</p><video src='x' controls><p>After.</p>", "Before. After."),
        ("<p>Before.</p><iframe src='x'>No frames here.</iframe><p>After.</p>", "Before. After."),
    ],
)
def test_an_element_that_nobody_closes_swallows_nothing(markup: str, words: str) -> None:
    assert html(markup) == words


@pytest.mark.parametrize(
    "words",
    [
        "We show that $n<m$ holds, and that p<q in the end.",
        "if a<b and c>d then stop",
        "a List<String> of words, a Map<K, V> too",
        "write to <ann@site.example> or see <https://site.example/>",
        "i <3 you",
    ],
)
def test_a_sign_in_plain_words_is_a_sign(words: str) -> None:
    assert html(words) == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (
            "<p>We show that $n<m$ holds for <em>all</em> graphs.</p>",
            "We show that $n<m$ holds for all graphs.",
        ),
        ("<p>With p<q in it.</p><p>More.</p>", "With p<q in it. More."),
        ("<p>If n<m and k>l, stop.</p>", "If n<m and k>l, stop."),
        ("<p>One<br/>two <math><mi>x</mi></math> <o:p></o:p>three</p>", "One two x three"),
        ('<p>A <a title="a < b" href="/x">link</a></p>', "A link"),
        ("<p>Cut at <a", "Cut at"),
        ("<p>Run git clone <url> and cd <dir>.</p>", "Run git clone <url> and cd <dir>."),
        (
            "<p>#include <stdio.h>, a Map<String, List<Integer>>, and the <title> of it</p>",
            "#include <stdio.h>, a Map<String, List<Integer>>, and the <title> of it",
        ),
        ("<p>See <https://site.example/x> now.</p>", "See <https://site.example/x> now."),
        ("<my-card><p>Words in <x>a name</x> of others.</p>", "Words in a name of others."),
    ],
)
def test_a_sign_between_elements_is_one_if_no_tag_begins_there(markup: str, words: str) -> None:
    assert html(markup) == words


@pytest.mark.parametrize(
    "value",
    ["<![CDATA[some words]]>", "&lt;![CDATA[some words]]&gt;", "<![CDATA[<p>some words</p>]]>", " <![CDATA[some words]]"],
)  # fmt: skip
def test_an_escaped_cdata_section_is_its_words(value: str) -> None:
    assert html(value) == "some words"


def test_a_title_that_is_an_escaped_cdata_section_is_its_words() -> None:
    assert to_text(TextConstruct("<![CDATA[A title]]>", "text")) == "A title"


def test_an_exact_title_shows_the_tags_it_is_about() -> None:
    title = "When to write &lt;b&gt;x&lt;/b&gt; &amp; when <em>not</em>"

    assert to_text(TextConstruct(title, "html"), is_exact=True) == "When to write <b>x</b> & when not"


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE",
        "color:red;Display:None!important",
        "visibility :\nhidden",
        "mso-hide:all",
        "max-height:0;overflow:hidden",
        "opacity:0",
        "position:absolute;left:-9999px",
        "text-indent: -9999px",
        "clip:rect(0 0 0 0)",
    ],
)
def test_what_a_style_hides_is_not_read(style: str) -> None:
    assert html(f'<div style="{style}">Hidden.</div><p>Seen.</p>') == "Seen."


@pytest.mark.parametrize(
    "style",
    [
        "display:block", "overflow:hidden", "--display: x", "text-decoration:none", "opacity:0.8", "width:1px",
        "opacity:0;transform:translateY(10px)", "max-height:100px;overflow:hidden", "margin-left:-8px",
    ],
)  # fmt: skip
def test_other_styles_hide_nothing(style: str) -> None:
    assert html(f'<div style="{style}">Seen.</div>') == "Seen."


@pytest.mark.parametrize(
    "link",
    [
        '<a class="headerlink" href="#setup">¶</a>', '<a href="https://site.example/x#setup">#</a>',
        '<a href="#setup" aria-label="Link">🔗</a>', '<a href="#s">\u200b</a>', '<a href="#fnref1">↩︎</a>',
        '<a href="#s">[#]</a>', '<a href="#s">◊</a>', '<a href="/x#s">Permalink</a>', '<a href="#s">Link to this heading</a>',
        '<span class="mw-editsection">[<a href="/edit">edit</a>]</span>', '<span class="sr-only">(opens)</span>',
    ],
)  # fmt: skip
def test_a_link_to_its_own_place_is_not_read(link: str) -> None:
    assert html(f'<h2 id="setup">Setup {link}</h2><p>Install.</p>') == "Setup Install."


def test_a_link_within_the_page_that_has_words_is_read() -> None:
    assert html('<p>See <a href="#note">1</a> and <a href="#c">C#</a>.</p>') == "See 1 and C#."
    assert html('<p>The <a href="https://site.example/#x">link</a> of the day</p>') == "The link of the day"


@pytest.mark.parametrize(
    "widget",
    [
        '<div class="subscription-widget-wrap"><p>Thanks for reading!</p><form><input type="email"></form></div>',
        '<form action="https://list.example/"><label>Your mail</label><input></form>',
        '<p class="button-wrapper"><a href="https://x.example/subscribe">Subscribe now</a></p>',
        '<div class="sharedaddy"><h3>Share this:</h3></div>',
        '<div class="kg-card kg-button-card"><a href="https://x.example/" class="kg-btn">Subscribe now</a></div>',
        '<div class="wp-block-buttons"><div class="wp-block-button"><a href="https://x.example/">Subscribe</a></div></div>',
        '<div class="install-substack-app-embed"><div>Get more from X in the Substack app</div></div>',
        '<div id="ez-toc-container"><nav><ul><li><a href="#a">Intro</a></li></ul></nav></div>',
        "<p><small>게시물 3개 - 참가자 2명</small></p>",
    ],
)
def test_what_asks_readers_for_something_is_no_part_of_the_text(widget: str) -> None:
    assert html(f"<p>First.</p>{widget}<p>Second.</p>") == "First. Second."


def test_a_page_that_stands_in_a_form_is_read() -> None:
    assert html(f"<form><p>{'Words. ' * 200}</p></form>").startswith("Words.")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('<a href="https://site.example/ann">Ann Example</a>', "Ann Example"),
        ("&lt;b&gt;Ann&lt;/b&gt; Example", "Ann Example"),
        ("<a href='mailto:ann@site.example'>Ann Example</a>", "Ann Example"),
        ("<p>Ann<br>Example</p>", "Ann Example"),
        ("ann@site.example (Ann Example)", "Ann Example"),
        ("Ann Example <ann@site.photography>", "Ann Example"),
        ('"Ann Example" <ann@site.example>', "Ann Example"),
        ("<![CDATA[Ann Example]]>", "Ann Example"),
        ("https://forum.example/u/ann", "ann"),  # Lemmy
        ("Ann Example (https://ann.example/)", "Ann Example"),
    ],
)
def test_a_name_is_its_words(written: str, name: str) -> None:
    assert author_names([written]) == (name,)


def test_a_tag_is_its_words() -> None:
    assert tags(["<b>News</b>", "&lt;span class='x'&gt;Sport&lt;/span&gt;", "<![CDATA[Arts]]>", "C++ & <T>"]) == (
        "News", "Sport", "Arts", "C++ & <T>",
    )  # fmt: skip


@pytest.mark.parametrize(
    "part", ["<a ", "<iframe ", "<a b", "< ", "<b c ", "<x y=", "<iframe / ", "<![CDATA[", "<p<"]
)
def test_repairing_takes_a_time_that_grows_with_the_length(part: str) -> None:
    def seconds(length: int) -> float:
        begin = time.process_time()
        repaired("<p>" + part * (length // len(part)))
        return time.process_time() - begin

    assert seconds(400_000) < 20 * seconds(50_000) + 0.1


def test_an_element_with_a_switch_is_no_sign_in_plain_words() -> None:
    assert (
        html("<p>Seen.</p><p hidden>Unseen.</p><a download>File</a> if a <b then c")
        == "Seen. File if a <b then c"
    )


def test_by_is_no_part_of_a_name() -> None:
    assert author_names(["By Ann Writer", "Byron Other"]) == ("Ann Writer", "Byron Other")


@pytest.mark.parametrize("style", ["font-size:0", "font-size: 0px; color: red"])
def test_words_without_a_size_are_hidden(style: str) -> None:
    assert (
        html(f"<p>Seen.</p><p style='{style}'>Unseen.</p><p style='font-size:0.9em'>Small.</p>")
        == "Seen. Small."
    )


# --- what needs no repair ---------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ["<", ">", "/", "/>", "<!--", "-->", "<![CDATA[", "]]>", " ", "=", '"', "'", "a", "p", "br", "div", "iframe", "style", "x-y",
     "hidden", "href", "<p>", "</p>", "<a href='x'>", "<br/>", "<div/>", "<B>", "<b >", "<title>", "1 < 2", "&lt;", "words\n"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_ordinary_markup_is_what_no_repair_changes(markup: str) -> None:
    if is_ordinary(markup):
        assert repaired(markup) == markup


def test_most_markup_is_ordinary() -> None:
    assert is_ordinary('Words.<p class="lead">A <a href=\'https://x.example/\' data-x="<">link</a>') is False
    assert is_ordinary(
        'Words.<p class="lead">A <a href=\'https://x.example/\' rel = "me">link</a><br />\n<!-- more --></p >'
    )
