"""A feed aggregator: scheduled polite pollers, a SQL store, one merged timeline."""

from importlib.metadata import version

__version__ = version("aggregator")
