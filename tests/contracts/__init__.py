"""Promises the project makes about itself."""
