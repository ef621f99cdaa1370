"""Events: what happened, for who asks and for who is told."""

from typing import Any

from integrations.stripe.sandbox import shapes
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import no_such
from integrations.stripe.sandbox.lists import PAGING, listed, window
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.times import iso
from integrations.stripe.sandbox.worlds import World


def retrieve(call: Call) -> Answer:
    call.parameters.only({"expand"})
    event = call.world.find("event", call.ids[0])
    return snapshot(call.world, event, call.world.store.pending_deliveries(event.id))


def list_all(call: Call) -> Answer:
    sent = call.parameters
    sent.only(PAGING | {"delivery_success", "type", "types"})
    types = sent.texts("types")
    one = sent.text("type")
    if one is not None:
        types = [one]
    exact = [each for each in types if "*" not in each]
    things, has_more = call.world.store.page(
        "event",
        live=call.world.live,
        account=call.world.account,
        window=window(call.world, "event", sent),
        refs={"ref1": exact[0]} if len(exact) == 1 else {},
        fields={"type": exact} if len(exact) > 1 else {},
    )
    data = [snapshot(call.world, each, call.world.store.pending_deliveries(each.id)) for each in things]
    return listed(data, "/v1/events", has_more=has_more)


def retrieve_core(call: Call) -> Answer:
    event = call.world.store.get(call.ids[0])
    if event is None or event.kind != "v2.core.event" or event.live != call.world.live:
        raise no_such("event", call.ids[0], "id")
    return {**thin(event), "changes": event.fields.get("changes")}


def list_core(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"created", "gt", "gte", "limit", "lt", "lte", "object_id", "page", "types"})
    related = sent.text("object_id")
    things = [
        each
        for each in call.world.store.all_of("v2.core.event")
        if each.live == call.world.live and (related is None or each.fields["related"]["id"] == related)
    ]
    return {
        "data": [thin(each) for each in reversed(things[-20:])],
        "next_page_url": None,
        "previous_page_url": None,
    }


def snapshot(world: World, event: Thing, pending: int = 1) -> dict[str, Any]:
    """Return an event with the object as it was then."""
    fields = event.fields
    about_id, kind, created, kept = fields["about"]
    about = Thing(about_id, kind, event.live, event.account, created, kept)
    form = shapes.shown(about)
    if kind == "transfer":
        form["reversals"] = {**listed([], f"/v1/transfers/{about_id}/reversals"), "total_count": 0}
    request_id, key = fields["request"]
    data: dict[str, Any] = {"object": form}
    if "previous" in fields:
        data["previous_attributes"] = fields["previous"]
    told: dict[str, Any] = {"id": event.id, "object": "event"}
    if event.account != world.desk.platform:
        told["account"] = event.account
    return told | {
        "api_version": shapes.API_VERSION,
        "created": event.created,
        "data": data,
        "livemode": event.live,
        "pending_webhooks": pending,
        "request": {"id": request_id, "idempotency_key": key},
        "type": fields["type"],
    }


def thin(event: Thing) -> dict[str, Any]:
    """Return an event that only says where to look."""
    fields = event.fields
    request_id, key = fields["request"]
    reason = (
        {"type": "request", "request": {"id": request_id, "idempotency_key": key or ""}}
        if request_id
        else None
    )
    return {
        "id": event.id,
        "object": "v2.core.event",
        "type": fields["type"],
        "created": iso(fields["at"]),
        "livemode": event.live,
        "context": None,
        "reason": reason,
        "related_object": fields["related"],
    }
