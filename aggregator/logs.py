"""The log, on standard error: lines for people, or one JSON object a line for machines."""

import json
import logging
import os
import sys
import time
from datetime import UTC, datetime

# The attributes of every record of the standard library; all others were given as `extra`.
STANDARD = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "taskName"}

# Each request and each migration step at INFO: they duplicate our own log lines.
CHATTY = ("httpx", "httpcore", "alembic", "asyncio")

# It warns about each tick during a run that is still under way, which is expected.
NOISY_LOGGER = "apscheduler"


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, message, and `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in record.__dict__.items() if key not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Writes a record as a line for people: the time in UTC, the level and the message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%SZ")
        self.converter = time.gmtime


FORMATTERS = {"text": TextFormatter(), "json": JsonFormatter()}


STYLE = "AGGREGATOR_LOG_FORMAT"


def set_up_logging(style: str) -> None:
    """Write the log in one of the styles of `FORMATTERS`, from INFO upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[style])
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(NOISY_LOGGER).setLevel(logging.ERROR)


def pass_style_on() -> None:
    """Pass the style of the log on to child processes."""
    handlers = logging.getLogger().handlers
    for name, formatter in FORMATTERS.items():
        if any(handler.formatter is formatter for handler in handlers):
            os.environ[STYLE] = name


def set_up_logging_as_parent() -> None:
    """Write the log in the style of the parent process."""
    set_up_logging(os.environ.get(STYLE, "text"))
