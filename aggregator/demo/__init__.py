"""Sample feeds, and a small publisher that serves them: what `aggregator demo` shows without any network."""
