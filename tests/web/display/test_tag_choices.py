from aggregator.web.display.tag_choices import tag_choices, telling_tags

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


def test_a_post_has_no_tag_that_repeats_another_its_source_or_its_author() -> None:
    tags = ("Cloudflare Status", "Open Source", "cloudflare", "opensource", "open-source", "R2", "C++", "C")

    assert telling_tags(tags, said=("Cloudflare", "Cloudflare Status")) == ["Open Source", "R2", "C++", "C"]
