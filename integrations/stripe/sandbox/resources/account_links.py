"""Links to the hosted onboarding, of both generations: used once, for some minutes."""

from secrets import token_urlsafe

from integrations.stripe.sandbox.calls import Answer, Call
from integrations.stripe.sandbox.errors import invalid_parameter, missing_parameter
from integrations.stripe.sandbox.resources.accounts import no_access
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.times import iso

LIVES_SECONDS = 600
TYPES = ("account_onboarding", "account_update")


def create(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"account", "collect", "collection_options", "expand", "refresh_url", "return_url", "type"})
    kind = sent.one_of("type", TYPES)
    if kind is None:
        raise missing_parameter("type")
    link = _link(call, sent.needed("account"), sent.needed("refresh_url"), sent.needed("return_url"))
    return {
        "object": "account_link",
        "created": link.created,
        "expires_at": link.fields["_expires_at"],
        "url": link.fields["_url"],
    }


def create_core(call: Call) -> Answer:
    sent = call.parameters
    sent.only({"account", "use_case"})
    use_case = sent.under("use_case")
    kind = use_case.one_of("type", TYPES)
    if kind is None:
        raise missing_parameter("use_case[type]")
    details = use_case.under(kind)
    link = _link(call, sent.needed("account"), details.needed("refresh_url"), details.text("return_url"))
    return {
        "object": "v2.core.account_link",
        "account": sent.needed("account"),
        "created": iso(call.world.now),
        "expires_at": iso(link.fields["_expires_at"]),
        "livemode": call.world.live,
        "url": link.fields["_url"],
        "use_case": sent.raw("use_case"),
    }


def _link(call: Call, account_id: str, refresh_url: str, return_url: str | None) -> Thing:
    account = call.world.store.get(account_id)
    if account is None or account.kind != "account" or account.live != call.world.live:
        raise no_access(account_id)
    for name, url in (("refresh_url", refresh_url), ("return_url", return_url)):
        if url is not None and not url.startswith(("http://", "https://")):
            raise invalid_parameter("Not a valid URL", name, "url_invalid")
    link = call.world.make(
        "account_link",
        "link",
        {
            "_account": account.id,
            "_refresh_url": refresh_url,
            "_return_url": return_url,
            "_expires_at": int(call.world.now) + LIVES_SECONDS,
            "_token": token_urlsafe(18),
        },
        ref1=account.id,
    )
    call.world.change(link, _url=f"{call.world.desk.base}/setup/{link.id}?token={link.fields['_token']}")
    return link
