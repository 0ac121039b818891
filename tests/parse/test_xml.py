"""RSS and Atom: what the publisher wrote, nothing decided."""

import html

import pytest

from aggregator.model import Enclosure, ParsedFeed, WarningCode
from aggregator.parse import parse

RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>News</title><link>https://site.example/</link>
<item><title>Use the &lt;head&gt; element</title><link>/a?x=1&amp;y=2</link><guid isPermaLink="false">g1</guid>
<pubDate>2016/6/29</pubDate><dc:creator>Ann</dc:creator><category>aws</category><category>news</category>
<description>short</description><content:encoded><![CDATA[<p onclick="x()">long</p>]]></content:encoded>
<enclosure url="https://f.example/a.mp3" type="audio/mpeg" length="12"/><comments>https://site.example/c</comments>
<feedburner:origLink>https://site.example/a</feedburner:origLink><source url="https://o.example/feed">Other</source>
</item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/blog/"><title type="text">B</title>
<author><name>Bob</name></author><entry><id>tag:x,1</id><title type="html">A &amp;lt;b&amp;gt;</title><link href="post"/>
<updated>2020-01-02T03:04:05Z</updated>{content}
<source><id>urn:o</id><title>Origin</title><link rel="self" href="https://o.example/atom"/></source></entry></feed>"""


def document(text: str) -> ParsedFeed:
    return parse(text.encode(), content_type=None)


def test_rss_keeps_what_its_publisher_wrote() -> None:
    (post,) = document(RSS).posts

    assert post.title
    assert post.title.value == "Use the <head> element"
    assert (post.guid, post.guid_is_link, post.published) == ("g1", False, "2016/6/29")
    assert post.links[0] == "https://site.example/a"
    assert [content.value for content in post.contents] == ['<p onclick="x()">long</p>']
    assert (post.authors, post.tags, post.comments) == (("Ann",), ("aws", "news"), "https://site.example/c")
    assert post.enclosures == (Enclosure("https://f.example/a.mp3", "audio/mpeg", 12),)
    assert post.origin
    assert (post.origin.url, post.origin.title) == ("https://o.example/feed", "Other")


def test_atom_resolves_by_its_base_and_names_the_origin() -> None:
    feed = document(ATOM.format(content=""))
    (post,) = feed.posts

    assert post.is_atom
    assert post.links[0] == "https://base.example/blog/post"
    assert (post.published, post.updated) == (None, "2020-01-02T03:04:05Z")
    assert post.origin
    assert (post.origin.url, post.origin.title) == ("https://o.example/atom", "Origin")
    assert feed.authors == ("Bob",)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("&lt;div class='embed'&gt;&lt;p&gt;Hi&lt;/p&gt;&lt;/div&gt;", "html"),  # 076-adobe-blog.xml
        ("&lt;h2&gt;First&lt;/h2&gt;&lt;p&gt;Words.&lt;/p&gt;", "html"),
        ("&lt;p&gt;Words.&lt;/p&gt; &lt;img src='a.png'/&gt;", "html"),
        ("&lt;b&gt;x&lt;/b&gt; or &lt;strong&gt;x&lt;/strong&gt;", "text"),
        ("Use the &lt;p&gt; element", "text"),
        ("&lt;p&gt; opens a paragraph, &lt;/p&gt; ends it", "text"),
    ],
)
def test_text_of_atom_that_is_nothing_but_elements_is_html(words: str, kind: str) -> None:
    (post,) = document(ATOM.format(content=f'<content type="text">{words}</content>')).posts

    assert [content.type for content in post.contents] == [kind]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("One line.&lt;br /&gt;&lt;br /&gt;Another &lt;a href='/x'&gt;line&lt;/a&gt;.", "html"),
        ("One line.&lt;BR&gt;Another.&lt;br/&gt;", "html"),
        ("Words &lt;em class='x'&gt;and&lt;/em&gt; words.", "html"),
        ("Put &lt;credentials&gt; here and close it with &lt;/credentials&gt;", "text"),
        ("Use the &lt;p&gt; element, or a &lt;br /&gt;, not &lt;font&gt;", "text"),
        ("if a &lt; b and b &gt; c", "text"),
    ],
)
@pytest.mark.parametrize("element", ["content", "summary"])
@pytest.mark.parametrize("ending", ["", "<broken & document>"])
def test_text_of_atom_without_a_type_is_html_if_its_elements_are_real(
    element: str, words: str, kind: str, ending: str
) -> None:
    said, declared = (f"<{element}{given}>{words}</{element}>" for given in ("", ' type="text"'))

    (post,) = document(ATOM.format(content=said) + ending).posts
    (as_declared,) = document(ATOM.format(content=declared) + ending).posts

    assert [text.type for text in post.contents or (post.summary,) if text] == [kind]
    assert [text.type for text in as_declared.contents or (as_declared.summary,) if text] == ["text"]


def test_a_broken_document_gives_what_it_has_and_a_warning() -> None:
    feed = document(RSS.replace("</channel></rss>", "<item><title>b & c</title></item>"))

    assert len(feed.posts) == 2
    assert feed.warnings[0].code is WarningCode.NOT_WELL_FORMED


@pytest.mark.parametrize("reference", ["&#0;", "&#xD800;", "&#xDFFF;", "&#x110000;"])
def test_references_to_impossible_characters_do_no_harm(reference: str) -> None:
    (post,) = document(
        f"<rss version='2.0'><channel><item><title>a{reference}b &amp; c</title></item></channel></rss>"
    ).posts

    assert post.title
    assert "\0" not in post.title.value
    post.title.value.encode()


@pytest.mark.parametrize(
    "written",
    ["&#55357;&#56832;", "&#xD83D;&#xDE00;", "&amp;#55357;&amp;#56832;", "<![CDATA[&#xd83d;&#xde00;]]>"],
)
def test_references_to_the_halves_of_a_character_are_the_character(written: str) -> None:
    (post,) = document(
        f"<rss version='2.0'><channel><item><title>{written}</title></item></channel></rss>"
    ).posts

    assert post.title
    assert html.unescape(post.title.value) == "😀"


@pytest.mark.parametrize(
    ("written", "kind"),
    [("One&lt;br /&gt;Two", "html"), ("One&lt;BR&gt; Two", "html"), ("The &lt;br&gt; element", "text")],
)
def test_a_line_break_in_a_title_is_markup_unless_it_is_what_the_title_is_about(
    written: str, kind: str
) -> None:
    document = (
        f"<rss version='2.0'><channel><title>F</title><item><title>{written}</title></item></channel></rss>"
    )
    (post,) = parse(document.encode(), content_type=None).posts

    assert post.title is not None
    assert post.title.type == kind


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:02:03", 3723), ("02:03", 123), ("3723", 3723), (" 12 ", 12), ("00:00:00", None), ("", None),
        ("an hour", None), ("1:2:3:4", None), ("-5", None), ("9999999999", None),
    ],
)  # fmt: skip
def test_how_long_an_episode_is_belongs_to_the_file_that_plays(written: str, seconds: int | None) -> None:
    (post,) = document(
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item>'
        '<enclosure url="https://f.example/a.png" type="image/png"/><enclosure url="https://f.example/a.mp3" type="audio/mpeg"/>'
        f"<itunes:duration>{written}</itunes:duration></item></channel></rss>"
    ).posts

    assert [file.duration for file in post.enclosures] == [None, seconds]
