"""Disputes: opened by a test card, answered or given up."""

from integrations.stripe.sandbox import money
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.cards import BY_NUMBER
from integrations.stripe.sandbox.errors import RefusedError
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World

ANSWER_WITHIN = 7 * 86_400
OVER = ("won", "lost")


def open_for(world: World, charge_id: str) -> None:
    """Let the owner of a card dispute a charge: its money is taken back at once."""
    charge = world.store.get(charge_id)
    if charge is None or charge.fields.get("disputed"):
        return
    used = BY_NUMBER[charge.fields["_number"]]
    amount = charge.fields["amount"] - charge.fields.get("amount_refunded", 0)
    currency = charge.fields.get("currency", "eur")
    dispute = world.make(
        "dispute",
        "du",
        {
            "amount": amount,
            "charge": charge.id,
            "currency": currency,
            "evidence_details": {
                "due_by": int(world.now) + ANSWER_WITHIN,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            "payment_intent": charge.fields.get("payment_intent"),
            "payment_method_details": {
                "card": {"brand": used.brand, "case_type": "chargeback", "network_reason_code": "10"},
                "type": "card",
            },
            "reason": used.dispute or "general",
            "_transactions": [],
        },
        ref1=charge.id,
        ref2=charge.fields.get("payment_intent"),
    )
    _move(world, dispute, -amount, fee=world.desk.options.dispute_fee_minor)
    world.change(charge, disputed=True)
    world.emit("charge.dispute.created", dispute)
    world.emit("charge.dispute.funds_withdrawn", dispute)


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    return call.world.find("dispute", call.ids[0])


def update(call: Call) -> Answer:
    """Answer a dispute. As at Stripe, `winning_evidence` wins it and `losing_evidence` loses it."""
    sent = call.parameters
    sent.only({"evidence", "expand", "intended_submission_method", "metadata", "submit"})
    world = call.world
    dispute = world.find("dispute", call.ids[0])
    _check_open(dispute)
    evidence = sent.raw("evidence")
    given = {**dispute.fields.get("evidence", {}), **(evidence if isinstance(evidence, dict) else {})}
    submits = sent.boolean("submit", default=True) and bool(given)
    details = dispute.fields["evidence_details"] | {"has_evidence": bool(given)}
    changed = {
        "evidence": given,
        "evidence_details": details | {"submission_count": details["submission_count"] + submits},
        "metadata": sent.metadata(dispute.fields.get("metadata")),
    }
    previous = world.change(dispute, **changed, **({"status": "under_review"} if submits else {}))
    world.emit("charge.dispute.updated", dispute, previous=previous)
    verdict = {"winning_evidence": "won", "losing_evidence": "lost"}.get(given.get("uncategorized_text", ""))
    if submits and verdict:
        end(world, dispute, verdict)
    return dispute


def close(call: Call) -> Answer:
    """Give a dispute up: it is lost."""
    call.parameters.only({"expand"})
    dispute = call.world.find("dispute", call.ids[0])
    _check_open(dispute)
    end(call.world, dispute, "lost")
    return dispute


def end(world: World, dispute: Thing, verdict: str) -> None:
    """Close a dispute; the money comes back if it is won."""
    if verdict == "won":
        _move(world, dispute, dispute.fields["amount"], fee=0)
        charge = world.find("charge", dispute.fields["charge"])
        world.change(charge, disputed=False)
    previous = world.change(dispute, status=verdict)
    world.emit("charge.dispute.closed", dispute, previous=previous)
    if verdict == "won":
        world.emit("charge.dispute.funds_reinstated", dispute)


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"charge", "payment_intent"})
    return page(call, "dispute", refs={"ref1": sent.text("charge"), "ref2": sent.text("payment_intent")})


def _move(world: World, dispute: Thing, amount: int, *, fee: int) -> None:
    transaction = money.move(
        world,
        account=world.account,
        type="adjustment",
        amount=amount,
        currency=dispute.fields.get("currency", "eur"),
        source=dispute.id,
        fee=fee,
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute.fields['charge']}",
    )
    world.change(
        dispute,
        _transactions=[*dispute.fields["_transactions"], transaction.id],
        balance_transactions=[
            *dispute.fields.get("balance_transactions", []),
            world.shown(transaction),
        ],
    )


def _check_open(dispute: Thing) -> None:
    status = dispute.fields.get("status", "needs_response")
    if status in OVER:
        raise RefusedError("This dispute is already closed", param="id")
