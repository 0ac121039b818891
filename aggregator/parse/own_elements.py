"""Separates an entry's own elements from those of things inside it, before feedparser's handlers see them.

feedparser assigns every element to the entry or feed that contains it, at any depth: the title of a picture
(`media:content`, `image`), the link of an activity's object or of an author, the owner of a podcast. Only its
children are an entry's own elements. feedparser also cuts names at mail addresses whose last part has more
than four letters, and ignores `xml:base` and `xml:lang` of an entry.
"""

from typing import Any

_ENTRIES = {"item", "entry"}
_LISTS = {"rss", "rdf:rdf", "feed", "channel"} | _ENTRIES
_PERSON = {"name", "email", "uri", "url", "homepage"}
_OF_A_SOURCE = {"title", "link", "id", "author", "updated", "subtitle", "rights", "category"}
# Other elements whose children are read, and which.
_CHILDREN = {
    "author": _PERSON, "contributor": _PERSON, "managingeditor": _PERSON, "source": _OF_A_SOURCE,
    "media:group": {"media:group", "media:content", "media:title", "media:description"},
    "media:content": {"media:description"},
    "image": {"title", "link", "url", "description", "width", "height"},
    "textinput": {"title", "link", "description", "name"},
}  # fmt: skip
# Whose words somebody may have wrapped into markup that was not escaped.
_LABELS = {"author", "category", "dc:creator", "dc:subject", "itunes:author"}
_MARKUP = {
    "a",
    "abbr",
    "b",
    "br",
    "div",
    "em",
    "font",
    "i",
    "li",
    "p",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
}
_NOBODYS = {"itunes:owner"}  # the contact for the directory, not the show's author
_OF_A_FEED = {"image", "textinput"}  # in an entry they belong to a picture, and are ignored
_SKIPPED = "skipped"  # collects the text of skipped elements
_DEEP = 50  # nested elements; no feed is deeper


_Parser: Any = object  # one of feedparser's, which have no types


class OwnElements(_Parser):  # type: ignore[misc]
    """A mixin for feedparser's parsers, which call `unknown_starttag` and `unknown_endtag` for every element."""

    is_balanced = True  # every element ends, as in well-formed XML

    def __init__(self, *args: Any) -> None:
        self._open: list[str] = []
        self._skipping, self._depth = "", 0
        super().__init__(*args)

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        """Pass an element on if it is its entry's own, or within one that is read."""
        name = self._name(tag)
        if self._skipping:
            self._depth += name == self._skipping
            if self.is_balanced or name not in _ENTRIES:
                return
            self._end_skipping()
        if not self.incontent and not self._belongs(name) and not self._is_within_a_label(name):
            self._skipping, self._depth = name, 1
            self.push(_SKIPPED, 0)
            return
        if self._is_within_a_label(name):
            return
        is_first = self.incontent and self.elementstack and not self.elementstack[-1][2]
        super().unknown_starttag(tag, attrs)
        if is_first:
            self.contentparams["language"] = self.lang  # of the `div` around a text of XHTML
        name = self._name(tag)  # its own attributes may have declared its prefix
        if not self.incontent and len(self._open) < _DEEP and (self.is_balanced or self._may_hold(name)):
            self._open.append(name)

    def unknown_endtag(self, tag: str) -> None:
        """Pass an end tag on, unless the element was skipped."""
        name = self._name(tag)
        if self._skipping:
            self._depth -= name == self._skipping
            if self._depth and (self.is_balanced or name not in _ENTRIES):
                return
            self._end_skipping()
            if self.is_balanced or name not in _ENTRIES:
                return
        if not self.incontent and name in self._open:
            while self._open.pop() != name:
                pass
        if self._is_within_a_label(name):
            return
        super().unknown_endtag(tag)
        # feedparser keeps the base of an element behind its end if there is none around it.
        self.baseuri = self.basestack[-1] if self.basestack else ""

    def _end_skipping(self) -> None:
        self._skipping = ""
        self.pop(_SKIPPED)

    def _name(self, tag: str) -> str:
        prefix, colon, local = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix) if colon else ""
        return f"{prefix}:{local}" if prefix else local

    def _belongs(self, name: str) -> bool:
        if name in _NOBODYS or (self.inentry and name in _OF_A_FEED):
            return False
        if not (self.infeed or self.inentry) or not self._open or self._open[-1] in _LISTS:
            return True
        parent = self._open[-1]
        is_one_of_a_list = parent in (f"{name}s", f"{name[:-1]}ies")  # <categories><category>, <tags><tag>
        return (
            is_one_of_a_list or name in _CHILDREN.get(parent, ()) or (name in _ENTRIES and not self.inentry)
        )

    def _is_within_a_label(self, name: str) -> bool:
        return bool(self._open) and self._open[-1] in _LABELS and name in _MARKUP

    def _may_hold(self, name: str) -> bool:
        return ":" in name or name in _LISTS or name in _CHILDREN or name in _LABELS

    # --- handlers, by feedparser's names for them

    def _start_item(self, attributes: Any) -> None:
        super()._start_item(attributes)
        self.entries[-1]["xml_lang"] = self.lang
        self.feeddata["xml_lang"] = self.langstack[0]

    _start_entry = _start_item

    def _start_guid(self, attributes: Any) -> None:
        if "ispermalink" in attributes:
            attributes["ispermalink"] = attributes["ispermalink"].strip().lower()
        super()._start_guid(attributes)

    def _end_guid(self) -> None:
        """Record that a guid is a page's address even if there is a link, which may be empty."""
        super()._end_guid()
        self._get_context()["guid_is_page"] = self.guidislink

    def _start_enclosure(self, attributes: Any) -> None:
        for name in ("url", "href"):
            if name in attributes:
                attributes[name] = self.resolve_uri(attributes[name])
        super()._start_enclosure(attributes)

    def _start_source(self, attributes: Any) -> None:
        if "url" in attributes:
            attributes["url"] = self.resolve_uri(attributes["url"])
        super()._start_source(attributes)

    def _end_author(self) -> None:
        written = self.pop("author")
        self.inauthor = 0
        person = self._get_context()["authors"][-1]
        if written and not person:
            person["name"] = written

    _end_managingeditor = _end_author

    def _start_itunes_author(self, _attributes: Any) -> None:
        """Keep it separate: for a podcast's directory it names the network, and an episode's author is elsewhere."""
        self.push("other_author", 1)

    def _end_itunes_author(self) -> None:
        self.pop("other_author")

    def _start_media_description(self, attributes: Any) -> None:
        self.push_content("caption", attributes, "text/plain", 1)

    def _end_media_description(self) -> None:
        self.pop_content("caption")

    def _start_media_title(self, attributes: Any) -> None:
        self.push_content("other_title", attributes, "text/plain", 1)

    def _end_media_title(self) -> None:
        self.pop_content("other_title")

    _start_dc_title, _end_dc_title = _start_media_title, _end_media_title
