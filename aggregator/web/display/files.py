"""The files of a post as the page names them; audio can be played in the page.

Pictures are left out: most are the one at the head of the post, and the page shows none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from aggregator.model import Enclosure
from aggregator.quantities import playing_time_in_words, size_in_words
from aggregator.translations import gettext as _

MOST_FILES = 4  # of one post
# By the end of an address if the publisher gives no type.
_BY_ENDING = {
    **dict.fromkeys((".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wav", ".flac"), "audio/"),
    **dict.fromkeys((".mp4", ".m4v", ".webm", ".mov", ".mkv"), "video/"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"), "image/"),
    ".pdf": "application/pdf",
}
_UNKNOWN = ("", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, slots=True)
class File:
    """A file to show."""

    url: str
    type: str  # a media type, or the first half of one
    length: int | None  # bytes
    duration: int | None  # seconds

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        kinds = (("audio/", _("Audio")), ("video/", _("Video")), ("application/pdf", _("PDF")))
        return next((word for start, word in kinds if self.type.startswith(start)), _("File"))

    @property
    def is_audio(self) -> bool:
        """Whether the page can play it."""
        return self.type.startswith("audio/")

    @property
    def facts(self) -> list[str]:
        """How long it plays and how large it is, as far as the publisher says."""
        playing = playing_time_in_words(self.duration) if self.duration else None
        size = size_in_words(self.length) if self.length else None
        return [fact for fact in (playing, size) if fact]


def files_of(enclosures: Iterable[Enclosure]) -> list[File]:
    """Return the files that there is room for, without pictures."""
    files = (File(each.url, _type(each), each.length, each.duration) for each in enclosures)
    return [file for file in files if not file.type.startswith("image/")][:MOST_FILES]


def _type(enclosure: Enclosure) -> str:
    claimed = (enclosure.type or "").lower()
    if claimed not in _UNKNOWN:
        return claimed
    ending = PurePosixPath(urlsplit(enclosure.url).path).suffix.lower()
    return _BY_ENDING.get(ending, claimed)
