"""Security headers: no foreign scripts or content, no framing, no referrers."""

from flask import Flask, Response, request

# Everything that a page needs comes from here; nothing is inline, so that `unsafe-inline` is not needed either.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# In the HTML of a page that can play audio, and of no other: a publisher's text is escaped.
_PLAYER = b"<audio "
_MEDIA = "media-src http: https:"

# What pages of plain files say themselves, whose host may send no headers. A page cannot say who may frame it.
POLICY_IN_PAGES = "; ".join(
    [*(part for part in POLICY.split("; ") if not part.startswith("frame-ancestors")), _MEDIA]
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Add these headers to every answer of `app`."""
    app.after_request(protect)


def allow_audio(response: Response, body: bytes) -> None:
    """Let a page that shows something to listen to load it, from wherever its publisher has it, and redirects to.

    No other page may: `body` is its document, since a 304 has the same policy and no body.
    """
    if response.mimetype == "text/html" and _PLAYER in body:
        response.headers["Content-Security-Policy"] = f"{POLICY}; {_MEDIA}"


def protect(response: Response) -> Response:
    """Add the headers to an answer; no redirect follows the `Host` or the scheme that a client, or a proxy, gave."""
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        response.headers["Location"] = f"/{location.removeprefix(request.host_url)}"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
