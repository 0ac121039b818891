"""Language tags, as BCP 47 spells them."""

import re


def language_tag(value: str | None) -> str | None:
    """Return a tag such as `en-US`, None for what is no tag."""
    tag = (value or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}", tag) else None
