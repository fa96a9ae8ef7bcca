"""Ours against a floor, in one run, with equal rows on both sides: what a ratio says holds on any machine."""
