import unicodedata

import pytest

from aggregator.model import TextConstruct
from aggregator.normalize.limits import MARKS
from aggregator.normalize.text import to_lines, to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("a<br>b<script>x</script><style>y</style><template>z</template><!-- c -->", "a b"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("<b>bo</b>ld", "bold"),
        ('seen<span hidden>not</span><i style="display:none">nor</i>', "seen"),
        ('<img alt="A map of queues" src="x"> there', "A map of queues there"),
        ('<img alt="Featured image of post Queues"><p>text</p>', "text"),  # 049-lemon-blog-aws-ko.xml
        ("Tonight. \ufffc", "Tonight."),  # 143-alexander-kucera-json-big.json
        ('<img alt="image.png"><img alt="">text', "text"),
        ("Tom &amp;amp; Jerry&amp;#8217;s", "Tom & Jerry\u2019s"),
        ("&lt;p&gt;escaped &lt;b&gt;twice&lt;/b&gt;&lt;/p&gt;", "escaped twice"),
        ("<p>Use the <code>&lt;head&gt;</code> element</p>", "Use the <head> element"),
        ("e\u0301\x08 \u200bz", "é z"),
        ("java&#9;script:", "java script:"),
        # 119-japan-times-nodates.xml, 108-lefigaro-cinema.xml, 225-mojibake-yandex.xml
        ("<p>The president-electâ€™s threats</p>", "The president-elect\u2019s threats"),
        ("VIDÃ‰O - Le cÃ©lÃ¨bre chef", "VIDÉO - Le célèbre chef"),
        ("морозов".encode().decode("windows-1252"), "морозов"),
        ("Read as Latin-1, é becomes Ã©.", "Read as Latin-1, é becomes Ã©."),  # about it, not so
        ("ATENÇÃO: Conteúdo EXPLÍCITO", "ATENÇÃO: Conteúdo EXPLÍCITO"),
        # 156-osm-changesets.xml, 240-newline-in-self-url-spotlight.xml
        (
            "<td>host = &lt;a href=&quot;https://o.example/&quot; rel=&quot;nofollow&quot;&gt;o.example&lt;/a&gt;</td>",
            "host = o.example",
        ),
        ("<p>Write <code>&lt;a href='x'&gt;y&lt;/a&gt;</code></p>", "Write <a href='x'>y</a>"),
        ("<p>Write &lt;b&gt; for bold</p>", "Write <b> for bold"),
        ("<pre>if a &amp;amp;&amp;amp; b &lt; c</pre>", "if a && b < c"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    ],
)
def test_markup_becomes_what_is_read_aloud(markup: str, text: str) -> None:
    assert to_text(TextConstruct(markup)) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Use the <head> element", "Use the <head> element"),
        ("a < b && c > d", "a < b && c > d"),
        ("Q&amp;A", "Q&A"),
    ],
)
def test_plain_text_keeps_its_signs(written: str, text: str) -> None:
    assert to_text(TextConstruct(written, "text")) == text


def test_blocks_are_lines() -> None:
    assert to_lines(TextConstruct("<h1>Title</h1><p>one\ntwo</p>")) == ["Title", "one two"]


@pytest.mark.parametrize(
    "more",
    [
        "<pre>import (\n  fmt\n)</pre>",
        "<pre><code>import (\n  fmt\n)</code></pre>",
        "<p> <code>npm install</code>\n</p>",
        "<p><code>one<br>two</code></p>",
        "<figure><img src='a.png'><figcaption>A picture</figcaption></figure>",
        "<p class='wp-caption-text'>A picture</p>",
        "<table><caption>Prices</caption><tr><td>One</td><td><table><tr><td>2</td></tr></table></td></tr></table>",
    ],
)
def test_code_blocks_tables_and_captions_are_no_prose(more: str) -> None:
    markup = TextConstruct(f"<p>Before.</p>{more}<p>After.</p>")

    assert to_lines(markup, only_prose=True) == ["Before.", "After."]
    assert len(to_lines(markup)) > 2


@pytest.mark.parametrize(
    "prose",
    [
        "<p>Call <code>main()</code> first</p>",
        "<p><b>Note:</b> <code>main()</code></p>",
        "<table><tr><td><p>A mail that is laid out by a table</p></td></tr></table>",
        "<ul><li><code>main()</code></li></ul>",
    ],
)
def test_code_in_a_sentence_and_tables_of_paragraphs_are_prose(prose: str) -> None:
    markup = TextConstruct(prose)

    assert to_lines(markup, only_prose=True) == to_lines(markup) != []


def test_deep_nesting_is_read_to_its_end() -> None:
    assert to_text(TextConstruct("<div>" * 20_000 + "deep" + "</div>" * 20_000)) == "deep"


@pytest.mark.parametrize("marks", ["\u0301", "\u0316\u0301", "\u05b0", "\U0001e94a"])
def test_a_letter_keeps_no_more_than_thirty_combining_characters(marks: str) -> None:
    text = to_text(TextConstruct(f"a{marks * 100_000}b"))

    assert text[0] in "aá"
    assert text[-1] == "b"
    assert len(text) <= 32


def test_every_combining_character_is_counted() -> None:
    marks = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]

    # U+0344 is two of them in NFC.
    assert all(len(to_text(TextConstruct("a" + mark * 4 * MARKS))) <= 2 * MARKS + 1 for mark in marks)


def test_letters_of_scripts_with_many_marks_stay() -> None:
    thai = "กำลังใจที่ดี" * 20

    assert to_text(TextConstruct(thai)) == thai


def test_a_reference_to_a_number_without_end_is_no_character() -> None:
    assert to_text(TextConstruct(f"a &amp; &#{'9' * 5000}; &#x{'f' * 5000};", "text")) == "a & \ufffd \ufffd"
