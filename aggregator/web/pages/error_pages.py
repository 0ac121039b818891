"""Errors as pages of the site: what happened, in a sentence, and what to do."""

from flask import Flask, Response, current_app
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from aggregator.store import StoreError, StoreUnavailable
from aggregator.translations import N_
from aggregator.translations import gettext as _
from aggregator.web.serving.cached_response import NEVER
from aggregator.web.serving.outage_answers import kept_answer
from aggregator.web.serving.themed import render

TITLES = {
    400: N_("This address makes no sense here"),
    404: N_("There is nothing at this address"),
    405: N_("That cannot be done here"),
    500: N_("Something went wrong on our side"),
    503: N_("The timeline is out of reach just now"),
}

# For errors without a description of their own.
SENTENCES = {
    400: N_("Something in the address was cut or changed on the way. Start again from the timeline."),
    404: N_(
        "It may have been mistyped, or what was here is gone. The timeline and the list of sources are still here."
    ),
    405: N_("This address can be read, and nothing else."),
    500: N_("The fault is written down for whoever runs this site. Try again in a minute."),
    503: N_("What the site knows of the posts cannot be read at the moment. Try again in a minute."),
}

RETRY_AFTER = 60  # seconds


def init_app(app: Flask) -> None:
    """Let `app` answer every error with a page."""
    app.register_error_handler(HTTPException, page)
    app.register_error_handler(StoreError, unavailable)


def page(error: HTTPException) -> Response:
    """Answer with the page of an error. Its description is escaped here."""
    status = error.code or InternalServerError.code
    answer = Response(
        render(
            "error.html",
            status=status,
            title=_(TITLES[status]) if status in TITLES else error.name,
            sentence=_sentence(error, status),
        ),
        status=status,
    )
    answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    answer.headers["Cache-Control"] = NEVER
    return answer


def unavailable(error: StoreError) -> Response:
    """Answer while the store is away: with a kept answer, otherwise with a page that says so.

    The reason is in the log for the admin; it would not help a reader.
    """
    if not isinstance(error, StoreUnavailable):  # which the store logs
        current_app.logger.error("%s", error)
    return kept_answer() or page(ServiceUnavailable(retry_after=RETRY_AFTER))


def _sentence(error: HTTPException, status: int) -> str:
    is_ours = error.description and error.description != type(error).description
    if is_ours or status not in SENTENCES:
        return str(error.description or "")
    return _(SENTENCES[status])
