"""Categories as tags."""

from collections.abc import Sequence

from aggregator.normalize.limits import LABEL, TAG, TAGS
from aggregator.normalize.text import name


def tags(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tags as written, trimmed, each once in any case, at most 20."""
    found: dict[str, str] = {}
    for written in names:
        tag = name(written[:LABEL]).strip("#, ")
        # Blogger's kinds and other URLs are for programs.
        if tag and len(tag) <= TAG and "://" not in tag:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:TAGS]
