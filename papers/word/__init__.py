"""Papers as Word: a template per scheme, an office's own per kind, and the blocks that stand in either."""
