"""The command line. Each command is in a module of its name."""

from aggregator.cli.main import main

__all__ = ["main"]
