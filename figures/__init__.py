"""The figures 统计: one table of them, counted as of any day, by what they are grouped by; on the page, as Excel, by the command line."""
