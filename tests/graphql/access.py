"""The access matrix: every guarded or root field, who gets an answer, and what everybody else gets.

A field without a case makes `test_access.py` fail: whoever adds one says who may use it, in the file of its domain.
"""

from tests.graphql.access_cases import imports, partners, properties, sales, uploads
from tests.graphql.access_cases.kinds import Case

DOMAINS = (sales, partners, uploads, properties, imports)

CASES: dict[str, Case] = {name: case for domain in DOMAINS for name, case in domain.CASES.items()}
assert len(CASES) == sum(len(domain.CASES) for domain in DOMAINS), "a field has two cases"
