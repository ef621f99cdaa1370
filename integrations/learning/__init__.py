"""Where models are learned; what they say is domain/learning.py's."""
