"""Maximum lengths of fields, in characters."""

POSTS = 500  # of one document, the newest
MARKUP = 600_000  # of one field before it is cleaned: five times the longest post of the corpus
TEXT = 200_000  # of an entry: a chapter of a book; search and copies need no more
TITLE = 300
MARKS = 30  # combining characters on one letter; Unicode's Stream-Safe Text Format (UAX #15) has as many
NAME = 200  # of a person, a feed, a language
TAG = 60
LABEL = 2000  # of a person or tag with its markup, before it is cleaned
ADDRESS = 2000  # what every browser and server takes
GUID = 1000
AUTHORS = 10
TAGS = 20
ENCLOSURES = 10
OUTLINKS = 50  # links of an entry to other sites
LINK_TEXT = 200  # of such a link
MOST_FEEDS = 20  # that a page links to
