import pytest

from aggregator.rank.landing_pages import is_landing_page


@pytest.mark.parametrize(
    "url",
    [
        "https://vendor.example/",
        "https://vendor.example/en/",
        "https://vendor.example/ja/index.html",
        "https://docs.vendor.example/en/latest/",
        "https://docs.vendor.example/v2/",
        "https://vendor.example/docs/",
        "https://vendor.example/docs/3.12/",
        "https://vendor.example/docs/getting-started",
        "https://docs.aws.amazon.com/lambda/latest/dg/welcome.html",
        "https://docs.vendor.example/guide/what-is-it.html",
        "https://aws.amazon.com/s3/",
        "https://aws.amazon.com/lambda/pricing/",
        "https://cloud.vendor.example/run",
        "https://vendor.example/products/editor",
        "https://vendor.example/software/editor/",
        "https://github.com/features/actions",
        "https://vendor.example/pricing?plan=team",
        "https://store.vendor.example/shop/cup-with-words",
        "https://www.amazon.co.uk/Some-Book-Title/dp/0132350882/",
        "https://apps.apple.com/us/app/editor/id662918542?mt=8",
        "https://play.google.com/store/apps/details?id=org.example",
        "https://t.co/YZ3yjxotbP",
    ],
)
def test_places_of_a_site_where_nothing_was_written(url: str) -> None:
    assert is_landing_page(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example/what-a-warm-pool-costs",
        "https://blog.example/927",
        "https://blog.example/essay.html",
        "https://blog.example/Story",
        "https://blog.example/?p=1",
        "https://blog.example/#/post",
        "https://blog.example/post?id=1",
        "https://blog.example/blog/slog",
        "https://blog.example/2026/11/features/",
        "https://arxiv.org/abs/0901.0029",
        "https://dl.acm.org/doi/10.1145/3576915.3623220",
        "https://www.youtube.com/watch?v=BBD_48AY0Zc",
        "https://github.com/person/project",
        "https://en.wikipedia.org/wiki/Heartbleed",
        "https://aws.amazon.com/blogs/compute/a-post-of-ours/",
        "https://aws.amazon.com/message/12721/",
        "https://paper.example/paper.pdf",
    ],
)
def test_pages_that_somebody_wrote(url: str) -> None:
    assert not is_landing_page(url)
