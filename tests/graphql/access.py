"""The access matrix: every guarded or root field, who gets an answer, and what everybody else gets.

A field without a case makes `test_access.py` fail: whoever adds one says who may use it, in the file of its domain,
`access_cases/<domain>.py`; every file there is part of the matrix.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.graphql import access_cases
from tests.graphql.access_cases.kinds import Case

DOMAINS = [
    import_module(f"{access_cases.__name__}.{each.name}")
    for each in iter_modules(access_cases.__path__)
    if each.name != "kinds"
]

CASES: dict[str, Case] = {name: case for domain in DOMAINS for name, case in domain.CASES.items()}
assert len(CASES) == sum(len(domain.CASES) for domain in DOMAINS), "a field has two cases"
