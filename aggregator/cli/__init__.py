"""What an admin types, and what is printed. Each command is a module of its name."""

from aggregator.cli.main import main

__all__ = ["main"]
