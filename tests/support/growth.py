"""How much more time a longer text costs: in a time that grows with its square, a document of megabytes never ends."""

import time
from collections.abc import Callable


def grows_with_length(run: Callable[[int], object], length: int) -> bool:
    """Whether `run(5 * length)` takes about five times the processor time of `run(length)`, and not 25 times.

    Looked at three times at most: a busy machine makes one run slow, but not always the longer one.
    """
    return any(_grows(run, length) for _ in range(3))


def _grows(run: Callable[[int], object], length: int) -> bool:
    part, whole = cpu_seconds(run, length), cpu_seconds(run, 5 * length)
    return whole < 12 * part + 0.1


def cpu_seconds(run: Callable[[int], object], length: int) -> float:
    start = time.process_time()
    run(length)
    return time.process_time() - start
