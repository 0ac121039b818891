"""The tags that a page offers: the admin's own, and the publishers' categories that differ from them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+[+#]*")  # "C++" and "C#" are not "C"
_SHORT = 3  # characters; a word of at most this length keeps its "s": "aws", "js"
# Generic words in titles of sources.
_GENERIC = {
    "the",
    "a",
    "blog",
    "blogs",
    "news",
    "feed",
    "podcast",
    "posts",
    "engineering",
    "official",
    "weekly",
}


@dataclass(frozen=True, slots=True)
class TagChoices:
    """Tags to choose from, the most used first."""

    own: Sequence[str]
    categories: Sequence[str]  # of the publishers


def tag_choices(used: Iterable[str], *, own: Iterable[str], names: Iterable[str]) -> TagChoices:
    """Split the `used` tags, the most used first, by whether they are the admin's `own`.

    A category is left out if it is another spelling of an earlier tag, or begins with one of the sources'
    `names`.
    """
    used, own = list(used), set(own)
    ours = [tag for tag in used if tag in own]
    ours += sorted(own.difference(ours))
    named = {tuple(_words(name, _GENERIC)) for name in names}
    known = {_key(tag) for tag in ours}
    categories: list[str] = []
    for tag in used:
        if _key(tag) not in known and not _is_name(tag, named):
            known.add(_key(tag))
            categories.append(tag)
    return TagChoices(ours, categories)


def telling_tags(tags: Iterable[str], *, said: Iterable[str]) -> list[str]:
    """Return the tags of a post but for those that repeat an earlier one, or what is `said` of it anyway, in other words."""
    known = {_key(name) for name in said}
    found = []
    for tag in tags:
        if (key := _key(tag)) not in known:
            known.add(key)
            found.append(tag)
    return found


def _words(text: str, without: Iterable[str] = ()) -> list[str]:
    return [
        _singular(word) for word in _WORD.findall(text.casefold().replace("_", " ")) if word not in without
    ]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _SHORT and word.endswith("s") and not word.endswith("ss") else word


def _key(tag: str) -> str:
    """Return a key that "Open-Source", "open source" and "opensource" share."""
    return "".join(_words(tag)) or tag


def _is_name(tag: str, named: set[tuple[str, ...]]) -> bool:
    """Whether a tag begins with the whole name of a source, as "cloudflare status" does with "The Cloudflare Blog"."""
    words = tuple(_words(tag, _GENERIC))
    is_generic = not words and bool(_words(tag))
    return is_generic or any(words[:length] in named for length in range(1, len(words) + 1))
