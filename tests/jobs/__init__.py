"""What runs by itself, on real servers."""
