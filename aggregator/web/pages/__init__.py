"""A module a page or document that the web side answers with."""
