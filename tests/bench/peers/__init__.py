"""Tests of the comparison: that it asks the same, counts right and tells all of it."""
