"""What tests stand on: a clock that can be set, publishers, databases, a browser, the corpus. All of it real."""
