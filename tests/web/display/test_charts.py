from datetime import UTC, datetime

from aggregator.model import PollDetails, PollRecord, Result
from aggregator.web.display.charts import LARGE, SMALL, STRIP, poll_history, strip, weekly_posts, weeks

AT = datetime(2026, 3, 19, tzinfo=UTC)


def a_poll(result: Result, new: int = 0) -> PollRecord:
    return PollRecord(AT, result, 200, 0.1, 100, new, 0, PollDetails())


def test_a_strip_reads_from_the_oldest_poll_to_the_newest() -> None:
    chart = strip([a_poll(Result.FAILED), a_poll(Result.READ, new=2), a_poll(Result.NOT_MODIFIED)])

    assert [bar.kind for bar in chart.bars] == ["same", "new", "fault"]
    assert chart.words == "Of the last 3 polls 1 did not go well"


def test_a_strip_shows_the_last_polls_alone() -> None:
    assert len(strip([a_poll(Result.READ)] * 50).bars) == STRIP


def test_the_busiest_week_is_as_tall_as_the_picture_and_no_post_is_lost_in_it() -> None:
    chart = weeks((0, 1, 400))

    assert [bar.height for bar in chart.bars] == [1, 2, SMALL]
    assert chart.words == "401 posts in 3 weeks, 400 in the busiest"


def test_a_source_without_posts_has_a_flat_chart() -> None:
    assert {bar.kind for bar in weeks((0,) * 26).bars} == {"none"}


def test_a_large_chart_tells_each_week_by_its_monday_and_names_the_months() -> None:
    chart = weekly_posts((3, 1, 0), AT.date())  # a Thursday

    assert [bar.words for bar in chart.bars] == [
        "Week of 2 March: 3 posts",
        "Week of 9 March: 1 post",
        "Week of 16 March: 0 posts",
    ]
    assert (chart.scale, chart.percent(chart.bars[1].x)) == ("3", 33.33)
    empty = weekly_posts((0,) * 6, AT.date())
    assert (empty.scale, empty.labels[0].words) == ("", "Mar")


def test_a_large_chart_tells_what_each_poll_brought() -> None:
    chart = poll_history(
        [a_poll(Result.FAILED), a_poll(Result.READ, new=2), a_poll(Result.NOT_MODIFIED)], "a"
    )

    assert [bar.words for bar in chart.bars] == [
        "19 March, 00:00 UTC: nothing new",
        "19 March, 00:00 UTC: 2 new posts",
        "19 March, 00:00 UTC: failed",
    ]
    assert [label.words for label in chart.labels] == ["19 March"]
    assert chart.bars[-1].height == LARGE
    assert [bar.count for bar in chart.bars] == ["", "2", ""]
    assert [meaning.kind for meaning in chart.legend] == ["new", "same", "fault"]


def test_polls_that_went_well_are_told_at_once() -> None:
    assert poll_history([a_poll(Result.READ)], "a").words == "The last poll went well"
    assert poll_history([a_poll(Result.READ)] * 20, "a").words == "The last 20 polls went well"
    assert poll_history([a_poll(Result.FAILED)], "a").words == "The last poll did not go well"
