"""Stripe on this machine: a server of its own, which the official SDK talks to unchanged.

It knows nothing of the product, and the product does not know it from Stripe: both see the wire format only.
"""
