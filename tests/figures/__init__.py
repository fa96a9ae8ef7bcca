"""Figures 统计: published sentences to the last digit, past days against the trail, the page and the sheets."""
