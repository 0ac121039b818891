"""Where a theme's templates run: they reach only what they are given, and not for long."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from typing_extensions import override

LONGEST = 2.0  # seconds of CPU for a page, which takes hundredths

_until: ContextVar[float] = ContextVar("until", default=math.inf)


class TookTooLongError(Exception):
    """A template that would go on for too long."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Let templates within the block take LONGEST at most, checked at each call: an endless loop makes some."""
    token = _until.set(time.thread_time() + LONGEST)
    try:
        yield
    finally:
        _until.reset(token)


class Sandbox(SandboxedEnvironment):
    """Jinja's sandbox with a time limit, and without the sums that take long in one step."""

    intercepted_binops = frozenset({"*", "**"})

    @override
    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if time.thread_time() > _until.get():
            raise TookTooLongError(f"it takes longer than {LONGEST:.0f} seconds")
        return super().call(context, obj, *args, **kwargs)

    @override
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise SecurityError(
                f"`{operator}` is for numbers alone" if operator == "*" else "`**` is not allowed"
            )
        return super().call_binop(context, operator, left, right)
