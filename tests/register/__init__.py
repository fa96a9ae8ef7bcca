"""Tests of what is not a case: the one road, who may, what is found, and its pages."""
