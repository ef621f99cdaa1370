"""Tests of the bench: that it counts right, never how fast anything is."""
