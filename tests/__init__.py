"""The tests; `README.md` says where each belongs."""

import pytest

pytest.register_assert_rewrite("tests.support")  # asserts there explain themselves, too
