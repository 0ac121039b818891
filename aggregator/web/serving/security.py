"""What every answer tells browsers not to do: run or load what is not ours, frame us, tell others who reads."""

from flask import Flask, Response, request

# Everything that a page needs comes from here; nothing is inline, so that `unsafe-inline` is not needed either.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Give every answer of `app` these headers."""
    app.after_request(protect)


def protect(response: Response) -> Response:
    """Add the headers to an answer; no redirect follows the `Host` or the scheme that a client, or a proxy, gave."""
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        response.headers["Location"] = f"/{location.removeprefix(request.host_url)}"
    response.headers.update(HEADERS)
    return response
