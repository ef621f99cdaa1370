"""Who is to be told: webhook endpoints, and event destinations of the second generation."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from integrations.stripe.sandbox import times
from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import invalid_parameter, missing_parameter
from integrations.stripe.sandbox.hooks import rolled
from integrations.stripe.sandbox.lists import PAGING, page
from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.shapes import shown
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.times import iso
from integrations.stripe.sandbox.worlds import World

MOST = 16
DESTINATION = "v2.core.event_destination"


def create(call: Call) -> Answer:
    """Make one; its secret is shown here and never again."""
    sent = call.parameters
    sent.only({"api_version", "connect", "description", "enabled_events", "expand", "metadata", "url"})
    secret = f"whsec_{token_hex(16)}"
    endpoint = call.world.make(
        "webhook_endpoint",
        "we",
        {
            "api_version": sent.text("api_version"),
            "description": sent.text("description"),
            "enabled_events": _types(sent),
            "metadata": sent.metadata(),
            "url": _url(sent.needed("url")),
            "_connect": sent.boolean("connect"),
            "_secrets": [(secret, None)],
        },
    )
    if len(call.world.store.all_of("webhook_endpoint")) > MOST * 2:
        raise invalid_parameter(f"You have reached the maximum of {MOST} test webhook endpoints.", "url")
    call.world.desk.hooks.read()
    return {**shown(endpoint), "secret": secret}


def retrieve(call: Call) -> Answer:
    return call.world.find("webhook_endpoint", call.ids[0])


def update(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"description", "disabled", "enabled_events", "expand", "metadata", "url"})
    endpoint = call.world.find("webhook_endpoint", call.ids[0])
    changed: dict[str, Any] = {"metadata": sent.metadata(endpoint.fields.get("metadata"))}
    if "url" in sent:
        changed["url"] = _url(sent.needed("url"))
    if "enabled_events" in sent:
        changed["enabled_events"] = _types(sent)
    if "disabled" in sent:
        changed["status"] = "disabled" if sent.boolean("disabled") else "enabled"
    call.world.change(endpoint, **changed)
    call.world.desk.hooks.read()
    return endpoint


def delete(call: Call) -> Answer:
    endpoint = call.world.find("webhook_endpoint", call.ids[0])
    call.world.store.delete(endpoint)
    call.world.desk.hooks.read()
    return {"id": endpoint.id, "object": "webhook_endpoint", "deleted": True}


def list_all(call: Call) -> Answer:
    call.parameters.only(PAGING)
    return page(call, "webhook_endpoint")


def roll(world: World, id: str, *, old_for: float) -> str:
    """Give an endpoint a new secret; the old one signs too for `old_for` seconds. Return the new one."""
    endpoint = world.store.get(id)
    if endpoint is None or "_secrets" not in endpoint.fields:
        raise invalid_parameter(f"No such webhook endpoint: '{id}'", "id", "resource_missing")
    secret = f"whsec_{token_hex(16)}"
    world.change(endpoint, _secrets=rolled(endpoint.fields["_secrets"], secret, old_for=old_for))
    world.desk.hooks.read()
    return secret


def create_destination(call: Call) -> Answer:
    sent = call.parameters
    payload = sent.one_of("event_payload", ("snapshot", "thin"))
    if payload is None:
        raise missing_parameter("event_payload")
    secret = f"whsec_{token_hex(16)}"
    destination = call.world.make(
        DESTINATION,
        "ed",
        {
            "name": sent.needed("name"),
            "description": sent.text("description") or "",
            "enabled_events": _types(sent),
            "metadata": sent.metadata(),
            "_url": _url(sent.under("webhook_endpoint").needed("url")),
            "_thin": payload == "thin",
            "_connect": "@accounts" in sent.texts("events_from"),
            "_secrets": [(secret, None)],
        },
    )
    call.world.desk.hooks.read()
    return _destination(destination, secret)


def retrieve_destination(call: Call) -> Answer:
    return _destination(call.world.find(DESTINATION, call.ids[0]), None)


def delete_destination(call: Call) -> Answer:
    destination = call.world.find(DESTINATION, call.ids[0])
    call.world.store.delete(destination)
    call.world.desk.hooks.read()
    return {"id": destination.id, "object": DESTINATION}


def list_destinations(call: Call) -> Answer:
    found = [each for each in call.world.store.all_of(DESTINATION) if each.live == call.world.live]
    return {
        "data": [_destination(each, None) for each in found],
        "next_page_url": None,
        "previous_page_url": None,
    }


def keep_hook(world: World, url: str, secret: str, types: Sequence[str] = ("*",)) -> None:
    """See that a receiver is told of these types, signed with its secret: own, connected and thin events."""
    wanted = (
        ("webhook_endpoint", False, False),
        ("webhook_endpoint", True, False),
        (DESTINATION, False, True),
    )
    for kind, is_connect, is_thin in wanted:
        there = [
            each
            for each in world.store.all_of(kind)
            if each.live == world.live
            and each.fields.get("_own")
            and each.fields.get("_connect", False) == is_connect
        ]
        fields: dict[str, Any] = {
            "_connect": is_connect,
            "_own": True,
            "_secrets": [(secret, None)],
            "_thin": is_thin,
            "_url": url,
            "enabled_events": list(types),
            "url": url,
        }
        if there:
            if there[0].fields["_secrets"][0][0] == secret:
                del fields["_secrets"]
            world.change(there[0], **fields)
        else:
            world.make(kind, "ed" if is_thin else "we", {"name": "interline", **fields})
    world.desk.hooks.read()


def _types(sent: Parameters) -> list[str]:
    types = sent.texts("enabled_events")
    if not types:
        raise missing_parameter("enabled_events")
    return types


def _url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise invalid_parameter(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid"
        )
    return url


def _destination(thing: Thing, secret: str | None) -> dict[str, Any]:
    fields = thing.fields
    return {
        "id": thing.id,
        "object": DESTINATION,
        "created": iso(thing.created),
        "description": fields.get("description", ""),
        "enabled_events": fields["enabled_events"],
        "event_payload": "thin" if fields.get("_thin") else "snapshot",
        "events_from": ["@accounts" if fields.get("_connect") else "@self"],
        "livemode": thing.live,
        "metadata": fields.get("metadata", {}),
        "name": fields.get("name", ""),
        "snapshot_api_version": None,
        "status": fields.get("status", "enabled"),
        "status_details": None,
        "type": "webhook_endpoint",
        "updated": iso(times.now()),
        "webhook_endpoint": {"signing_secret": secret, "url": fields["_url"]},
    }
