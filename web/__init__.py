"""THE DOOR: pages read, acts move; all rules are asked of workflow."""
