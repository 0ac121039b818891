"""The syntax of language tags, as in BCP 47 (RFC 5646, section 2.1); whether a language exists is not checked."""

import re

# A language and up to four subtags: longer first parts are reserved, and what publishers write there are words.
PATTERN = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}"
_TAG = re.compile(PATTERN)


def language_tag(written: str | None) -> str | None:
    """Return a tag such as `en-US`, also from `en_US`; None for an invalid one."""
    tag = (written or "").strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None
