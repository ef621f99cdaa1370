"""The portal: built from its sources, and served."""
