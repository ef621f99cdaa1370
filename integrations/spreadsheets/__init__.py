"""Spreadsheets as partners really have them."""
