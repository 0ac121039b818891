"""Queries of the pages: the timeline, search, top, weeks."""
