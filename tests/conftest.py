pytest_plugins = [
    "tests.support.clock",
    "tests.support.commands",
    "tests.support.corpus",
    "tests.support.databases",
    "tests.support.publisher",
]
