"""Which ids of Atom entries our feeds can repeat: IRIs (RFC 4287, section 4.2.6) that readers consider valid."""

import re
from urllib.parse import urlsplit

from aggregator.normalize.limits import GUID

_CHARACTERS = r"[\w;/?:@&=+$.\-!~*'()%,]"
_FORMS = {
    "tag": rf"tag:(?:[a-z0-9._-]+@)?[a-z0-9.-]+,\d{{4}}(?:-\d\d(?:-\d\d)?)?:{_CHARACTERS}*(?:#{_CHARACTERS}*)?",  # RFC 4151
    "urn": r"urn:(?!uuid:)[a-z0-9][a-z0-9-]{1,31}:(?:[\w()+,.:=@;$!*'-]|%[0-9a-f]{2})+"  # RFC 8141
    r"|urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # RFC 9562
    "http": rf"http://(?:{_CHARACTERS}|#)+",
    "https": rf"https://(?:{_CHARACTERS}|#)+",
}
_FORM = {scheme: re.compile(form, re.IGNORECASE | re.ASCII) for scheme, form in _FORMS.items()}


def repeatable(guid: str | None) -> str | None:
    """Return an atom:id that our feeds may use, None for one that readers would consider invalid.

    An address must be in its normal form (section 4.2.6.1): ids are compared letter by letter.
    """
    if not guid or len(guid) > GUID:
        return None
    form = _FORM.get(guid.partition(":")[0])
    is_valid = form is not None and form.fullmatch(guid) is not None and _is_normal(guid)
    return guid if is_valid else None


def _is_normal(guid: str) -> bool:
    if not guid.startswith("http"):
        return True
    parts = urlsplit(guid)
    segments = parts.path.split("/")
    return (
        bool(parts.path) and parts.netloc == parts.netloc.lower() and not {".", ".."}.intersection(segments)
    )
