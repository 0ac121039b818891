"""Bounds on what is parsed of a document: more than any feed has, and little enough to read in seconds."""

POSTS = 5000  # the first and the last of a document; `normalize` takes the newest of them
CONTENTS = 10  # texts of one post
VALUES = AUTHORS = TAGS = ENCLOSURES = 100  # of one post, before invalid ones are dropped
FEEDS = 100  # that a page links to
AUTHOR = 1000  # characters
ATTRIBUTES = 100  # of one element
NAMESPACES = 100  # of one document
BASE = 2000  # characters of `xml:base`, with those around it
PROLOG = 16_384  # bytes before the first element: comments, style sheets, a DOCTYPE
# Of a document that is not well-formed: real ones have up to 14 tags and 45 references in a kilobyte.
LOOSE_SIGNS = {b"<": 100_000, b"&": 250_000}
