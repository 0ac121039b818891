from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources import Policy, Polling, Settings, Site, SourcesFault, Timeline, load
from aggregator.sources.load import parse
from aggregator.sources.messages import SECTIONS

# The contract's example: every key of the file, each with a value that is not its default.
COMPLETE = r"""
[site]
title = "Feeds"
description = "What is new."
url = "https://feeds.example/timeline/"
language = "pt-BR"
index = true
hub = "https://hub.example/"
blogroll = true
robots = "User-agent: *"
security = "mailto:security@example.org"
content_usage = "train-ai=n"
compatible = "planet"
theme = "look"

[timeline]
excerpt = 300
page_size = 20
keep = "forever"
hide = ["urn:x", "(?i)advert"]

[polling]
interval = "2h"
min_interval = "20m"
max_interval = "12h"
timeout = "45s"
max_bytes = 5_000_000
concurrency = 10
per_host = 2
per_host_gap = "2s"
websub = true
allow_private_networks = true
contact = "mailto:admin@feeds.example"

[weeks]
published = "https://letters.example/feed"

[policy]
https = true
active_within = "365d"
max_per_week = 50
languages = ["en", "pt-BR"]
dates = true
on_topic = 0.3

[[source]]
url = "https://example.org/feed.xml"
slug = "example"
title = "Example"
tags = ["Lambda", " AWS ", "aws"]
enabled = false
interval = "30m"
headers = { Authorization = "Bearer ${EXAMPLE_TOKEN}" }
include = ["(?i)serverless|lambda"]
exclude = ["(?i)sponsored"]
hide = ["guid-of-a-post"]
publisher = "aws"
face = "faces/example.png"
min_interval = "10m"
max_interval = "3h"
timeout = "10s"
max_bytes = 1_000
concurrency = 1
per_host = 1
per_host_gap = "1h"
websub = false
allow_private_networks = false
contact = "mailto:other@feeds.example"
"""


def faults_of(text: str, environ: dict[str, str] | None = None) -> list[str]:
    """Every fault, as `line: sentence`."""
    with pytest.raises(SourcesFault) as caught:
        parse(text, "f", {} if environ is None else environ)
    return [fault.removeprefix("f:") for fault in caught.value.faults]


def test_every_key_of_the_contract_counts() -> None:
    settings = parse(COMPLETE, "f", {"EXAMPLE_TOKEN": "s3cret"})

    assert settings.site == Site(
        title="Feeds",
        description="What is new.",
        url="https://feeds.example/timeline",
        language="pt-BR",
        index=True,
        hub="https://hub.example/",
        blogroll=True,
        robots="User-agent: *",
        security="mailto:security@example.org",
        content_usage="train-ai=n",
        compatible="planet",
        theme="look",
    )
    assert settings.timeline == Timeline(excerpt=300, page_size=20, keep=None, hide=("urn:x", "(?i)advert"))
    assert settings.polling.interval == timedelta(hours=2)
    assert settings.policy == Policy(
        https=True,
        active_within=timedelta(days=365),
        max_per_week=50,
        languages=("en", "pt-BR"),
        dates=True,
        on_topic=0.3,
    )
    (source,) = settings.sources
    assert (source.slug, source.title, source.tags) == ("example", "Example", ("lambda", "aws"))
    assert not source.enabled
    assert source.headers == {"Authorization": "Bearer s3cret"}
    assert (source.include, source.exclude) == (("(?i)serverless|lambda",), ("(?i)sponsored",))
    assert source.hide == ("guid-of-a-post",)
    assert (source.publisher, source.face) == ("aws", "faces/example.png")
    assert source.polling == Polling(
        interval=timedelta(minutes=30),
        min_interval=timedelta(minutes=10),
        max_interval=timedelta(hours=3),
        timeout=timedelta(seconds=10),
        max_bytes=1000,
        concurrency=1,
        per_host=1,
        per_host_gap=timedelta(hours=1),
        websub=False,
        allow_private_networks=False,
        contact="mailto:other@feeds.example",
    )


def test_the_example_above_leaves_out_no_key() -> None:
    for section, model in SECTIONS.items():
        table = COMPLETE.partition(section)[2].partition("\n[")[0]
        for key in model.model_fields:
            assert f"\n{key} = " in table, f"{key} in {section}"


def test_the_contracts_own_defaults_are_ours() -> None:
    assert parse("", "f") == Settings(
        site=Site(
            title="Serverless Timeline",
            description="What the serverless world is writing.",
            url="http://127.0.0.1:8000",
            language="en",
            index=False,
            hub="",
        ),
        timeline=Timeline(excerpt=500, page_size=30, keep=timedelta(days=365), hide=()),
        polling=Polling(
            interval=timedelta(hours=1),
            min_interval=timedelta(minutes=15),
            max_interval=timedelta(hours=24),
            timeout=timedelta(seconds=30),
            max_bytes=10_000_000,
            concurrency=50,
            per_host=1,
            per_host_gap=timedelta(seconds=1),
            websub=False,
            allow_private_networks=False,
            contact="",
        ),
    )


def test_a_source_without_overrides_is_polled_as_the_file_says() -> None:
    settings = parse('[polling]\ninterval = "2h"\n[[source]]\nurl = "https://a.example/"\n', "f")

    assert settings.sources[0].polling == settings.polling


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_with_a_letter_too_many_is_a_fault_that_names_the_right_one(section: str) -> None:
    for key in SECTIONS[section].model_fields:
        text = f'{section}\n{key[0]}{key} = "x"\n'
        faults = faults_of(text if section != "[[source]]" else text + 'url = "https://a.example/"\n')
        assert faults == [f"2: unknown key `{key[0]}{key}` in {section}; did you mean `{key}`?"]


SOURCE = '[[source]]\nurl = "https://a.example/feed"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # where a key stands
        ("[polling]\nexcerpt = 1\n", "2: unknown key `excerpt` in [polling]; it belongs to [timeline]"),
        ("[timeline]\nqqqq = 1\n", "2: unknown key `qqqq` in [timeline]; the keys are excerpt, page_size, keep, hide"),
        ("\n[sorce]\n", "2: unknown section `sorce`; did you mean [[source]]?"),
        ('[[sources]]\nurl = "x"\n', "1: unknown section `sources`; did you mean [[source]]?"),
        ('interval = "1h"\n', "1: `interval` stands outside every section; move it below a line [polling]"),
        ("[x]\n", "1: unknown section `x`; the sections are [site], [timeline], [polling], [weeks], [policy], [[source]]"),
        ('[source]\nurl = "https://a.example/"\n', "1: `source` must be written as [[source]], with its keys on the lines below"),
        ('[[site]]\ntitle = "x"\n', "1: `site` must be written as [site], with its keys on the lines below"),
        ("site = 1\n", "1: `site` must be written as [site], with its keys on the lines below"),
        # kinds of values
        ("[site]\ntitle = 1\n", '2: `title` in [site]: must be text in quotes, like "this"'),
        ('[site]\ntitle = ""\n', "2: `title` in [site]: must not be empty"),
        ('[site]\nindex = "no"\n', "2: `index` in [site]: must be true or false, without quotes"),
        ("[site]\nindex = 0\n", "2: `index` in [site]: must be true or false, without quotes"),
        ('[site]\nlanguage = "English!"\n', "2: `language` in [site]: must be a language tag such as en, de or pt-BR"),
        ("[timeline]\nexcerpt = 19\n", "2: `excerpt` in [timeline]: must be at least 20"),
        ("[timeline]\nexcerpt = 2001\n", "2: `excerpt` in [timeline]: must be at most 2000"),
        ('[timeline]\npage_size = "30"\n', "2: `page_size` in [timeline]: must be a whole number, without quotes"),
        ("[timeline]\npage_size = 1.5\n", "2: `page_size` in [timeline]: must be a whole number, without quotes"),
        ('[timeline]\nkeep = "never"\n', '2: `keep` in [timeline]: `never` is no duration; write one like "90s", "30m", "1h", "1h30m" or "7d", or "forever" to keep all'),
        ('[timeline]\nkeep = "1h"\n', '2: `keep` in [timeline]: must be between 1d and 36500d, not 1h, or "forever" to keep all'),
        ('[timeline]\nhide = "x"\n', '2: `hide` in [timeline]: must be a list in square brackets, like ["this", "that"]'),
        ("[polling]\ninterval = 30\n", '2: `interval` in [polling]: must be a duration in quotes, like "90s", "30m", "1h" or "7d"'),
        ('[polling]\ntimeout = "1 hour"\n', '2: `timeout` in [polling]: `1 hour` is no duration; write one like "90s", "30m", "1h", "1h30m" or "7d"'),
        ('[polling]\ntimeout = "0s"\n', "2: `timeout` in [polling]: must be between 1s and 10m, not 0s"),
        ('[polling]\ninterval = "32d"\n', "2: `interval` in [polling]: must be between 1s and 31d, not 32d"),
        ("[polling]\nconcurrency = 0\n", "2: `concurrency` in [polling]: must be at least 1"),
        ('[polling]\ncontact = "a\\nb"\n', "2: `contact` in [polling]: must be one line of ASCII characters"),
        # addresses
        ('[[source]]\ntitle = "x"\n', "1: `url` in [[source]]: this key is missing, the only one that a source needs"),
        ('[[source]]\nurl = "a.example/feed"\n', "2: `url` in [[source]]: must begin with https:// or http://; perhaps https://a.example/feed"),
        ('[[source]]\nurl = "feed://a.example/"\n', "2: `url` in [[source]]: must begin with https:// or http://; perhaps https://a.example/"),
        ('[[source]]\nurl = "file:///etc/passwd"\n', "2: `url` in [[source]]: must begin with https:// or http://"),
        ('[[source]]\nurl = "https://"\n', "2: `url` in [[source]]: names no host; write it like https://example.org/feed.xml"),
        ('[[source]]\nurl = "https://a b.example/"\n', "2: `url` in [[source]]: an address has no spaces or control characters; write a space as %20"),
        ('[[source]]\nurl = "https://a.example:99999/"\n', "2: `url` in [[source]]: is no address (Port out of range 0-65535); write it like https://example.org/feed.xml"),
        ('[[source]]\nurl = "https://[a.example/"\n', "2: `url` in [[source]]: is no address (Invalid IPv6 URL); write it like https://example.org/feed.xml"),
        ('[[source]]\nurl = "https://u:p@a.example/"\n', '2: `url` in [[source]]: must not hold a name or password, since addresses are shown to readers; use headers = { Authorization = "..." }'),
        ('[site]\nurl = "https://a.example/?x"\n', "2: `url` in [site]: must be where the site begins, without `?` or `#`"),
        ('[site]\nsecurity = "me"\n', "2: `security` in [site]: must begin with mailto:, https:// or tel:, like mailto:security@example.org"),
        ('[site]\ncompatible = "venus"\n', "2: `compatible` in [site]: must be '' or 'planet'"),
        ('[site]\nhub = "nowhere"\n', "2: `hub` in [site]: must begin with https:// or http://; perhaps https://nowhere"),
        # the rest of a source
        (SOURCE + 'slug = "My Blog"\n', "3: `slug` in [[source]]: `My Blog` must consist of a-z, 0-9 and hyphens between them; perhaps `my-blog`"),
        (SOURCE + 'slug = "-"\n', "3: `slug` in [[source]]: `-` must consist of a-z, 0-9 and hyphens between them"),
        (SOURCE + 'tags = [\n"a",\n" "]\n', "5: item 2 of `tags` in [[source]]: a tag needs at least one character"),
        (SOURCE + 'tags = ["a", 1]\n', '3: item 2 of `tags` in [[source]]: must be text in quotes, like "this"'),
        (SOURCE + 'face = "../secret.png"\n', "3: `face` in [[source]]: must be a picture below the theme's folder, like faces/jane.png"),
        (SOURCE + 'face = "faces/jane.exe"\n', "3: `face` in [[source]]: must be a picture below the theme's folder, like faces/jane.png"),
        (SOURCE + 'include = ["["]\n', r"3: item 1 of `include` in [[source]]: `[` is no regular expression (unterminated character set at position 1); to mean a character like ( or * itself, write a backslash before it, in 'single quotes'"),
        (SOURCE + 'include = [""]\n', "3: item 1 of `include` in [[source]]: must not be empty"),
        (SOURCE + 'headers = "x"\n', '3: `headers` in [[source]]: must be a table in braces, like { Authorization = "Bearer ${TOKEN}" }'),
        (SOURCE + "headers = { A = 1 }\n", '3: `headers.A` in [[source]]: must be text in quotes, like "this"'),
        (SOURCE + 'headers = { "A B" = "x" }\n', "3: `headers.A B` in [[source]]: `A B` is no name of a header; write one like Authorization"),
        (SOURCE + '[source.headers]\nhost = "x"\n', "4: `headers.host` in [[source]]: host is set by the poller itself; leave it out"),
        (SOURCE + 'headers = { A = "ü" }\n', "3: `headers.A` in [[source]]: must be one line of ASCII characters"),
        (SOURCE + 'headers = { A = "x ${NO_SUCH}" }\n', "3: `headers.A` in [[source]]: the environment variable NO_SUCH is not set; set it, or take it out"),
        (SOURCE + f'title = "{"x" * 301}"\n', "3: `title` in [[source]]: must be at most 300 characters long"),
        (SOURCE + f'slug = "{"x" * 65}"\n', "3: `slug` in [[source]]: must be at most 64 characters long"),
        (SOURCE + f'tags = ["{"x" * 61}"]\n', "3: item 1 of `tags` in [[source]]: must be at most 60 characters long"),
        # between keys and between sources
        ('[polling]\ninterval = "5m"\n', "2: `min_interval` (15m) is longer than `interval` (5m); change one of them"),
        ('[polling]\nmax_interval = "30m"\n', "2: `interval` (1h) is longer than `max_interval` (30m); change one of them"),
        (SOURCE + 'interval = "2d"\n', "3: `interval` (2d) is longer than `max_interval` (1d); change one of them"),
        (SOURCE + SOURCE, "4: another [[source]] has the url `https://a.example/feed`; remove one of them"),
        (SOURCE + '[[source]]\nurl = "HTTPS://A.Example:443/feed#top"\n', "4: another [[source]] has the url `https://a.example/feed`; remove one of them"),
        (
            SOURCE + 'slug = "x"\n[[source]]\nurl = "https://b.example/"\nslug = "x"\n',
            "6: another [[source]] has the slug `x`; give each its own",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_to_write_instead(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = """\
[site]
titel = "x"
[[source]]
url = "nowhere"
slug = "x"
[[source]]
url = "https://b.example/"
slug = "x"
intervall = "1h"
[timeline]
excerpt = 1
"""

    assert [fault.partition(":")[0] for fault in faults_of(text)] == ["2", "4", "8", "9", "11"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[site]\ntitle = "x\n', "2: not valid TOML in column 11: illegal character '\\n'"),
        ("[site]\ntitle = x\n", "2: not valid TOML in column 9: invalid value"),
        ('[site]\ntitle = """x\n', "3: not valid TOML at the end of the file: unterminated string"),
        ("[site]\n[site]\n", "2: not valid TOML in column 6: cannot declare ('site',) twice"),
        ("a = " + "1" * 5000, "1: not valid TOML: a number in it has too many digits"),
        ("a = " + "[" * 5000, "1: is nested too deeply; write plain tables and lists"),
    ],
)  # fmt: skip
def test_what_is_no_toml_is_told_with_its_line(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


def test_a_fault_in_polling_brings_none_upon_the_sources() -> None:
    text = '[polling]\nmax_interval = "7d"\ntypo = 1\n' + SOURCE + 'interval = "3d"\n'

    assert [fault.partition(":")[0] for fault in faults_of(text)] == ["3"]


def test_a_fault_never_tells_a_secret() -> None:
    text = SOURCE + 'headers = { Authorization = "Bearer ${TOKEN}" }\n'

    (fault,) = faults_of(text, {"TOKEN": "s3cret\nX-Other: 1"})

    assert "s3cret" not in fault
    assert "s3cret" not in repr(parse(text, "f", {"TOKEN": "s3cret"}))


def test_without_an_environment_the_names_of_secrets_stay() -> None:
    text = SOURCE + 'headers = { Authorization = "Bearer ${TOKEN}" }\n'

    assert parse(text, "f", environ=None).sources[0].headers == {"Authorization": "Bearer ${TOKEN}"}


def test_slugs_that_nobody_wrote_keep_clear_of_those_that_somebody_did() -> None:
    text = """\
[[source]]
url = "https://a.example/one/feed"
[[source]]
url = "https://a.example/two/feed"
[[source]]
url = "https://b.example/"
slug = "a-example"
"""

    assert [source.slug for source in parse(text, "f").sources] == [
        "a-example-one",
        "a-example-two",
        "a-example",
    ]


def test_a_file_is_read_with_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_TOKEN", "s3cret")
    path = tmp_path / "sources.toml"
    path.write_bytes(b"\xef\xbb\xbf" + COMPLETE.replace("\n", "\r\n").encode())  # as Notepad saves it

    assert load(path).sources[0].headers == {"Authorization": "Bearer s3cret"}


def test_a_missing_file_is_a_fault_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        SourcesFault,
        match="there is no such file; `aggregator init` writes one, or name another with --config",
    ):
        load(tmp_path / "sources.toml")


def test_a_folder_is_no_sources_file(tmp_path: Path) -> None:
    with pytest.raises(SourcesFault, match="is a folder; name the file in it"):
        load(tmp_path)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    """A folder on the way that is a file is what not even root can read through."""
    (tmp_path / "sources.toml").write_text("")

    with pytest.raises(SourcesFault, match=r"cannot be read \(Not a directory\); check who may read it"):
        load(tmp_path / "sources.toml" / "sources.toml")


def test_another_encoding_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes('[site]\ntitle = "Café"\n'.encode("latin-1"))

    with pytest.raises(SourcesFault, match=r"sources\.toml:2: is not UTF-8; save the file in that encoding"):
        load(path)


PIECES = st.sampled_from(
    [
        *(
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ",",
            ".",
            "\n",
            " ",
            "#",
            '"',
            "'",
            '"""',
            "'''",
            "\\",
            "1",
            "1e9",
        ),
        *(*SECTIONS, "source", "url", "slug", "tags", "headers", "interval", "keep", "hide", "true", '"1h"'),
        *('"https://a.example/"', "${X}", "2026-01-01", "\n[[source]]\n", "\r\n", "\t", "é", "\x00"),
        '\nurl = "https://b.example/"\n',
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=100))
def test_whatever_a_file_holds_its_faults_have_lines(text: str) -> None:
    faults: tuple[str, ...] = ()
    try:
        parse(text, "f", {})
    except SourcesFault as fault:
        faults = fault.faults

    assert all(1 <= int(fault.split(":")[1]) <= text.count("\n") + 1 for fault in faults)
