"""What Stripe has by name: one module for each kind of object."""
