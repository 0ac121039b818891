pytest_plugins = [
    "tests.support.clock",
    "tests.support.commands",
    "tests.support.corpus",
    "tests.support.databases",
    "tests.support.publisher",
    "tests.support.site",
    "tests.support.world",
    "tests.support.browser",  # last: what it imports has to be registered before
]
