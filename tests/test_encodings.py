"""Labels mean what browsers take them for, and a bad byte costs one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.encodings import as_utf8
from aggregator.model import DocumentWarning, WarningCode


def written(label: str, *texts: bytes) -> bytes:
    return b"<?xml version='1.0' encoding='%s'?><a>%s</a>" % (label.encode(), b"</a><a>".join(texts))


def texts(body: bytes, content_type: str | None = None) -> list[str]:
    root = as_utf8(body, content_type).utf8.decode().partition("?>")[2]
    return root.removeprefix("<a>").removesuffix("</a>").split("</a><a>")


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("Shift_JIS", "①髙橋さん", "cp932"),
        ("x-sjis", "①髙橋さん", "cp932"),
        ("windows-31j", "①髙橋さん", "cp932"),
        ("iso-8859-1", "“Œuvre” \u2013 5 €", "cp1252"),
        ("us-ascii", "“Œuvre”", "cp1252"),
        ("latin1", "it\u2019s", "cp1252"),
        ("iso-8859-9", "“İstanbul”", "cp1254"),
        ("windows-874", "ข่าว “วันนี้”", "cp874"),
        ("tis-620", "ข่าว “วันนี้”", "cp874"),
        ("iso-8859-11", "ข่าว…", "cp874"),
        ("gb2312", "髙鎔基", "gb18030"),
        ("GBK", "€ 㐀", "gb18030"),
        ("ks_c_5601-1987", "똠방각하", "cp949"),
        ("euc-kr", "똠방각하", "cp949"),
        ("windows-949", "펲시콜라", "cp949"),
        ("big5", "冧棧嘅", "big5hkscs"),
        ("x-x-big5", "中文", "big5"),
        ("x-euc-jp", "日本語", "euc_jp"),
        ("iso-2022-jp", "日本語", "iso2022_jp"),
        ("windows-936", "髙鎔基", "gb18030"),
        ("win-1251", "Привет", "cp1251"),
        ("ibm874", "ข่าว…", "cp874"),
        ("latin-9", "5 €", "iso8859-15"),
        ("big5", "價格€100", "cp950"),
        ("koi8-r", "Привет", "koi8-r"),
        ("koi8-ru", "Привіт", "koi8-u"),
        ("x-cp1251", "Привет", "cp1251"),
        ("iso88595", "Привет", "iso8859-5"),
        ("ISO-8859-8-I", "שלום", "iso8859-8"),
        ("x-mac-cyrillic", "Привет", "mac-cyrillic"),
        ("macintosh", "“é”", "mac-roman"),
        ("x-unknown", "“é”", "cp1252"),
    ],
)
def test_a_label_means_what_browsers_take_it_for(label: str, text: str, codec: str) -> None:
    assert texts(written(label, text.encode(codec))) == [text]


@pytest.mark.parametrize("label", ["rot13", "zip", "unicode_escape", "utf-7", "cp037", "idna", "undefined"])
def test_codecs_that_are_no_encodings_of_the_web_are_not_used(label: str) -> None:
    assert texts(written(label, rb"a\u0041+AEE-", "é".encode())) == [r"a\u0041+AEE-", "é"]


def test_the_rows_of_nec_and_ibm_are_read_in_euc_jp() -> None:
    assert texts(written("euc-jp", b"\xad\xa1\xfc\xe2" + "橋".encode("euc_jp"))) == ["①髙橋"]


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("euc-jp", "euc_jp"), ("shift_jis", "cp932"), ("gbk", "gbk"), ("big5", "big5"), ("euc-kr", "cp949"),
        ("windows-874", "cp874"), ("utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_a_bad_byte_costs_one_character(label: str, codec: str) -> None:
    word = "ข่าว" if codec == "cp874" else "中文日本"
    half = word[:2].encode(codec) + b"\xff" + word[2:].encode(codec)

    assert texts(written(label, word.encode(codec) * 100, half)) == [word * 100, word]


def test_a_publisher_learns_of_bytes_that_are_none_of_the_encoding() -> None:
    found = as_utf8(written("euc-jp", "日本".encode("euc_jp"), b"\xff"), None)

    assert found.warnings == (DocumentWarning(WarningCode.PARTLY_AS_LABELLED, "euc-jp"),)


def test_a_character_that_is_cut_at_the_end_of_a_text_leaves_the_tag_after_it() -> None:
    assert texts(written("shift_jis", "日本".encode("cp932")[:-1], "本".encode("cp932"))) == ["日", "本"]


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("iso-8859-1", [("Légende déjà", "latin-1"), ("Une école à côté, l\u2019été", "utf-8")]),
        ("utf-8", [("Légende déjà", "cp1252"), ("Une école à côté, l\u2019été", "utf-8")]),
        ("windows-1251", [("Привет", "cp1251"), ("Новости", "utf-8")]),
        ("iso-8859-2", [("Příliš", "iso8859-2"), ("žluťoučký", "utf-8")]),
        ("shift_jis", [("日本", "cp932"), ("日本語の文章", "utf-8")]),
        ("gbk", [("中文", "gbk"), ("今日新闻", "utf-8")]),
        ("tis-620", [("ข่าว", "cp874"), ("ข้อความแรก", "utf-8")]),
    ],
)
def test_each_text_of_a_document_is_read_by_what_its_bytes_are(
    label: str, parts: list[tuple[str, str]]
) -> None:
    body = written(label, *(text.encode(codec) for text, codec in parts))

    assert texts(body) == [text for text, _ in parts]


def test_a_quotation_mark_of_windows_is_read_within_utf8() -> None:
    sentence = "Une école à côté, l\u2019été. ".encode() * 9
    assert texts(written("utf-8", sentence + b"It\x92s d\xe9j\xe0 vu"))[0].endswith("It\u2019s déjà vu")


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "ucs-2", "unicode", "utf-32"])
def test_utf8_that_says_it_is_wide_is_utf8(label: str) -> None:
    assert texts(written(label, "Příliš".encode())) == ["Příliš"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_encodings_are_found_with_and_without_a_mark(codec: str) -> None:
    body = written("utf-8", "Příliš".encode()).decode().encode(codec)

    assert texts(body) == texts(body + b"\0") == ["Příliš"]


@pytest.mark.parametrize(
    ("label", "content_type", "codec"),
    [
        ("utf-8", "text/xml; charset=windows-1251", "cp1251"),
        ("utf-8", 'application/xml; charset="Shift_JIS"', "cp932"),
        ("windows-1251", "text/xml; charset=ISO-8859-1", "cp1251"),  # a server's default for everything
        ("windows-1251", "text/xml; charset=utf-8", "cp1251"),
        (
            "windows-1251",
            "text/xml; charset=koi8-r",
            "koi8-r",
        ),  # a server that converts, RFC 7303, section 3.1
    ],
)
def test_the_servers_label_counts_unless_it_is_a_default(label: str, content_type: str, codec: str) -> None:
    assert texts(written(label, "Привет мир".encode(codec)), content_type) == ["Привет мир"]


@given(
    st.binary(), st.sampled_from(["utf-8", "shift_jis", "euc-jp", "gbk", "iso-8859-1", "tis-620", "nonsense"])
)
def test_any_bytes_become_utf8(body: bytes, label: str) -> None:
    as_utf8(body, None).utf8.decode()
    as_utf8(written(label, body), None).utf8.decode()


def test_the_rows_of_nec_are_read_in_iso_2022_jp() -> None:
    assert texts(written("iso-2022-jp", b"\x1b$B-!F|\x1b(B!")) == ["①日!"]


@pytest.mark.parametrize(
    "before", [b"<!-- cached -->\n", b"<br />\n<b>Warning</b>: x in <b>/a/b.php</b><br />\n"]
)
def test_a_declaration_may_stand_behind_something(before: bytes) -> None:
    body = before + written("windows-1251", "Привет".encode("cp1251"))

    assert as_utf8(body, None).utf8.decode().endswith("<a>Привет</a>")
