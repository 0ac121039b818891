"""The root of the exceptions that have a meaning to whoever called."""


class AggregatorError(Exception):
    """Something that an admin can put right: its text is a sentence that says what is wrong and what to do.

    The command line prints it and ends with `exit_code`.
    """

    exit_code = 1
