"""What happens when two do it at once: real commits on real connections."""
