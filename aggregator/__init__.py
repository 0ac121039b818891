"""A feed aggregator: scheduled polite pollers, a SQL store, one merged timeline."""

__version__ = "0.1.0"
