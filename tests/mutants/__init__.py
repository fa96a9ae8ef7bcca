"""Mutants: one small change to a rule at a time, and the tests that should notice. See `tests/mutants/__main__.py`."""
