"""Facts of the world in files: countries, currencies, where countries lie. Their sources are in README.md."""
