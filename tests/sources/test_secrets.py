"""`${NAME}` in the address of a source: what may stand there, and that nothing of it comes back."""

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources import SourcesFault
from aggregator.sources.imports import read_list
from aggregator.sources.load import parse
from aggregator.sources.secrets import SHORTEST, Secrets

URL = "https://example.org/feed/${TOKEN}?key=${TOKEN}"
FILE = f'[[source]]\nurl = "{URL}"\n'
VALUES = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), min_size=SHORTEST
)


def fault_of(text: str, environ: dict[str, str]) -> str:
    with pytest.raises(SourcesFault) as raised:
        parse(text, "f", environ)
    return str(raised.value)


def test_a_source_keeps_the_name_and_knows_what_it_stands_for() -> None:
    (source,) = parse(FILE, "f", {"TOKEN": "s3cret"}).sources

    assert source.url == URL
    assert source.secrets.reveal(source.url) == "https://example.org/feed/s3cret?key=s3cret"
    assert "s3cret" not in repr(source)


def test_without_an_environment_no_variable_is_needed() -> None:
    (source,) = parse(FILE, "f", None).sources

    assert source.url == URL
    assert not source.secrets


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "f:2: `url` in [[source]]: the environment variable TOKEN is not set; set it, or take it out"),
        ({"TOKEN": "abc"}, "f:2: `url` in [[source]]: the environment variable TOKEN holds fewer than 4 characters"),
        ({"TOKEN": "two words"}, "f:2: `url` in [[source]]: what the environment variable TOKEN holds cannot stand"),
        ({"TOKEN": "half#rest"}, "f:2: `url` in [[source]]: what the environment variable TOKEN holds cannot stand"),
    ],
)  # fmt: skip
def test_a_variable_that_cannot_stand_in_an_address_is_a_fault_of_its_line(
    environ: dict[str, str], sentence: str
) -> None:
    found = fault_of(FILE, environ)

    assert found.startswith(sentence)
    assert not any(value in found for value in environ.values())


def test_a_host_is_no_place_for_a_variable() -> None:
    found = fault_of('[[source]]\nurl = "https://${NAME}.example/feed"\n', {"NAME": "value"})

    assert "names a variable in its host" in found


@given(VALUES)
def test_no_spelling_of_a_secret_is_left(value: str) -> None:
    secrets = Secrets({"TOKEN": value})
    for text in (
        value,
        quote(value, safe=""),
        quote_plus(value),
        html.escape(value),
        json.dumps(value)[1:-1],
    ):
        assert secrets.conceal(f"<a>{text}</a>") == "<a>${TOKEN}</a>"
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        document = f"<a>{value}</a>".encode(encoding)
        assert secrets.conceal_in(document) == "<a>${TOKEN}</a>".encode(encoding)


@given(VALUES)
def test_what_was_concealed_is_asked_for_as_before(value: str) -> None:
    secrets = Secrets({"TOKEN": value})
    address = f"https://example.org/moved?key={value}&page=1"

    assert secrets.reveal(secrets.conceal(address)) == address


def test_an_imported_list_gets_at_no_variable_of_this_machine() -> None:
    found = read_list(b"https://evil.example/?x=${AWS_SECRET_ACCESS_KEY}\n", "list.txt")

    assert [source.url for source in found.sources] == ["https://evil.example/?x=$%7BAWS_SECRET_ACCESS_KEY}"]
