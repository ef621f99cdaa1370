"""Who may look at the books, and have money moved."""

from typing import Any

from tests.graphql.access_cases.kinds import ADMIN, HOLDERS, MANAGERS, Case, act, people

OPERATORS_FINANCE = ADMIN | people("operator", "owner", "admin", "finance")


def rows(name: str, given: str = "", **facts: Any) -> Case:
    return Case(
        f"{{ {name}{given} {{ nodes {{ id }} }} }}",
        **({"by": OPERATORS_FINANCE, "seen": "1 rows", "hidden": "0 rows"} | facts),
    )


QUERIES = {
    "ledgerEntries": rows("ledgerEntries"),
    "payoutEntries": rows("payoutEntries", '(payoutId: "$payout")', by=ADMIN, seen="0 rows"),
    "balances": Case(
        '{ balances(partnerId: "$operator") { id } }', by=OPERATORS_FINANCE, seen="1 rows", hidden="0 rows"
    ),
    "transfers": rows("transfers"),
    "payouts": rows("payouts"),
    "payout": Case('{ payout(id: "$payout") { __typename } }', by=OPERATORS_FINANCE, seen="Payout"),
    "refunds": rows("refunds"),
    "reconciliationRuns": rows("reconciliationRuns", by=ADMIN),
}

OTHERS_FINANCE = HOLDERS["READ_FINANCE"] - OPERATORS_FINANCE
SEE_THE_PARTNER = HOLDERS["READ_CATALOG"] | MANAGERS
PARTNER_BALANCES = Case(
    '{ node(id: "$operator") { ... on Partner { balances { kind } } } }',
    by=OPERATORS_FINANCE,
    seen="{'balances': [{'kind': 'PARTNER_PENDING'}]}",
    in_test="{'balances': []}",
    needs="READ_FINANCE",
    path=("node", "balances"),
    also=dict.fromkeys(OTHERS_FINANCE, "{'balances': []}")
    | dict.fromkeys(SEE_THE_PARTNER - HOLDERS["READ_FINANCE"], "FORBIDDEN"),
)

MUTATIONS = {
    "setPayoutInterval": act(
        "setPayoutInterval",
        'partnerId: "$operator", interval: MONTHLY',
        by=OPERATORS_FINANCE,
        seen="PayoutSchedule",
    ),
    "retryRefund": act(
        "retryRefund",
        'id: "$refund"',
        by=ADMIN,
        seen="Refund",
        also=dict.fromkeys(OPERATORS_FINANCE - ADMIN, "Forbidden"),
    ),
    "retryTransfer": act(
        "retryTransfer",
        'id: "$transfer"',
        by=ADMIN,
        seen="Transfer",
        also=dict.fromkeys(OPERATORS_FINANCE - ADMIN, "Forbidden"),
    ),
}

CASES = (
    {f"Query.{name}": case for name, case in QUERIES.items()}
    | {f"Mutation.{name}": case for name, case in MUTATIONS.items()}
    | {"Partner.balances": PARTNER_BALANCES}
)
