"""Stripe on this machine, asked by the official SDK."""
