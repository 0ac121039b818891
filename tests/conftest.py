pytest_plugins = [
    "tests.support.clock",
    "tests.support.corpus",
    "tests.support.publisher",
]
