"""Documents about money as files: words and figures of five languages, laid out in one look."""
