"""The two ways in which the compiled executor gives up; graphql-core goes on in both.

Unsupported   the operation is not compiled, or this part of it has no SQL: known before anything runs
Bail          the compiled way does not lead to an answer in this request
"""


class Unsupported(Exception):  # noqa: N818 - not an error: somebody else does it
    """What is not compiled; the words say what."""


class Bail(Exception):  # noqa: N818 - not an error: graphql-core answers
    """There is no answer on the compiled way; graphql-core knows what to say."""
