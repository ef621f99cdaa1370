"""Payments at Stripe: the adapter, and a sandbox that speaks its wire format."""
