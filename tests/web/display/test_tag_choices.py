from aggregator.web.display.tag_choices import tag_choices

NAMES = ("The Cloudflare Blog", "Founders Talk", "AWS Compute Blog")


def categories(*used: str, own: tuple[str, ...] = ()) -> list[str]:
    return list(tag_choices(used, own=own, names=NAMES).categories)


def test_the_admins_tags_stand_apart_the_most_used_first() -> None:
    choices = tag_choices(["ios", "lambda", "aws"], own={"aws", "lambda", "never used"}, names=())

    assert choices.own == ["lambda", "aws", "never used"]
    assert choices.categories == ["ios"]


def test_what_an_earlier_tag_says_is_not_said_in_other_words() -> None:
    used = ("apps", "app", "open source", "Open-Source", "adwords_api", "adwords api", "aws", "Lambdas")

    assert categories(*used, own=("aws", "lambda")) == ["apps", "open source", "adwords_api"]


def test_names_of_sources_are_no_categories() -> None:
    used = ("cloudflare blog", "cloudflare status", "founders talk", "founders", "aws lambda", "blog")

    assert categories(*used) == ["founders", "aws lambda"]


def test_a_tag_without_letters_is_one() -> None:
    assert categories("⚡", "!!", "⚡") == ["⚡", "!!"]
