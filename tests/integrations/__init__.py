"""Tests of `integrations/`."""
