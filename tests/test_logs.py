import json
import logging

import pytest

from aggregator.logs import set_up_logging


def test_the_text_log_is_a_line_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text")

    logging.getLogger("aggregator.polling.poller").warning(
        "%s: gone", "aws-compute", extra={"source": "aws-compute"}
    )

    line = capsys.readouterr().err
    assert line.endswith("Z WARNING aws-compute: gone\n")
    assert line[4:5] == "-"


def test_the_json_log_is_an_object_a_line_with_everything_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")

    logging.getLogger("aggregator.polling.poller").info(
        "%s\nread", "café", extra={"source": "x", "seconds": 1.5}
    )

    output = capsys.readouterr().err
    assert output.count("\n") == 1
    line = json.loads(output)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "aggregator.polling.poller",
        "message": "café\nread",
        "source": "x",
        "seconds": 1.5,
    }


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_exception_is_told_with_its_traceback(capsys: pytest.CaptureFixture[str], style: str) -> None:
    set_up_logging(style)
    try:
        raise ValueError("what went wrong")  # noqa: TRY301 - one has to be raised to be logged
    except ValueError:
        logging.getLogger("aggregator").exception("failed")

    output = capsys.readouterr().err
    assert "ValueError: what went wrong" in output
    assert style == "text" or "Traceback" in json.loads(output)["exception"]


def test_what_libraries_do_in_passing_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text")

    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/")
    logging.getLogger("alembic.runtime").info("Running upgrade")

    assert capsys.readouterr().err == ""


def test_setting_it_up_twice_logs_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    set_up_logging("text")

    logging.getLogger("aggregator").info("once")

    assert capsys.readouterr().err.count("once") == 1
