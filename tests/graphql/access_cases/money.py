"""Who may look at the books, and have money moved."""

from typing import Any

from tests.graphql.access_cases.kinds import ADMIN, Case, act, people
from tests.graphql.access_cases.partners import READERS, SEE_THE_PARTNER_ONLY

OPERATORS_FINANCE = ADMIN | people("operator", "owner", "admin", "finance")
RESELLERS_FINANCE = ADMIN | people("reseller", "owner", "admin", "finance")
"""Of the one who sold it, and has the account: all is its but what was paid, which is the operator's."""


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
    "transfers": rows("transfers", by=RESELLERS_FINANCE),
    "payouts": rows("payouts", by=RESELLERS_FINANCE),
    "payout": Case('{ payout(id: "$payout") { __typename } }', by=RESELLERS_FINANCE, seen="Payout"),
    "refunds": rows("refunds", by=RESELLERS_FINANCE),
    "reconciliationRuns": rows("reconciliationRuns", by=ADMIN),
    "priceParityRuns": rows("priceParityRuns", by=ADMIN),
}

PARTNER_BALANCES = Case(
    '{ node(id: "$reseller") { ... on Partner { balances { kind } } } }',
    by=RESELLERS_FINANCE,
    seen="{'balances': []}",
    in_test="{'balances': []}",
    needs="READ_FINANCE",
    path=("node", "balances"),
    also=dict.fromkeys(SEE_THE_PARTNER_ONLY | (READERS - RESELLERS_FINANCE), "FORBIDDEN"),
)

MUTATIONS = {
    "setPayoutInterval": act(
        "setPayoutInterval",
        'partnerId: "$reseller", interval: MONTHLY',
        by=RESELLERS_FINANCE,
        seen="PayoutSchedule",
        in_test="PayoutSchedule",
    ),
    "retryRefund": act(
        "retryRefund",
        'id: "$refund"',
        by=ADMIN,
        seen="Refund",
        also=dict.fromkeys(RESELLERS_FINANCE - ADMIN, "Forbidden"),
    ),
    "retryTransfer": act(
        "retryTransfer",
        'id: "$transfer"',
        by=ADMIN,
        seen="Transfer",
        also=dict.fromkeys(RESELLERS_FINANCE - ADMIN, "Forbidden"),
    ),
}

CASES = (
    {f"Query.{name}": case for name, case in QUERIES.items()}
    | {f"Mutation.{name}": case for name, case in MUTATIONS.items()}
    | {"Partner.balances": PARTNER_BALANCES}
)
