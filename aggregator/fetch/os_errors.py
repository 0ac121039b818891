"""Finds the root cause of an exception: httpcore and anyio wrap the errors of TLS and of the system."""

import ssl
from collections.abc import Iterator


def system_error(error: Exception) -> OSError | None:
    """Return the operating system's error, if there is one."""
    return next((each for each in _causes(error) if isinstance(each, OSError) and each.errno), None)


def tls_error(error: Exception) -> ssl.SSLError | None:
    """Return the TLS library's error, if there is one."""
    return next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, outermost first."""
    while error:
        yield error
        # httpcore's pool cuts `__cause__` off with `raise ... from None`; the context stays.
        error = error.__cause__ or error.__context__
