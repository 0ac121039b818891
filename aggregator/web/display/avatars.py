"""Letter tiles of sources, with a colour that follows from the name. No picture is fetched."""

import hashlib
import unicodedata
from dataclasses import dataclass

HUES = 12  # as many as the stylesheet has classes `hue-0`, `hue-1`...


@dataclass(frozen=True, slots=True)
class Avatar:
    """A letter tile."""

    letter: str
    hue: int  # 0 to HUES - 1


def avatar_of(name: str) -> Avatar:
    """Return the tile of a name: its first letter or digit, and always the same colour."""
    letter = next((char for char in name if unicodedata.category(char)[0] in "LN"), "•")
    digest = hashlib.blake2b(name.encode(), digest_size=2).digest()
    # The upper case of one letter may be several ("ß"): then it is unchanged.
    upper = letter.upper()
    return Avatar(upper if len(upper) == 1 else letter, int.from_bytes(digest) % HUES)
