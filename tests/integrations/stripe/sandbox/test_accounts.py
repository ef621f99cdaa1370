"""Connected accounts, through both generations of the api and the hosted page."""

from typing import Any

import pytest
import stripe

from tests.fixtures.stripe_sandbox import StripeSandbox

RECIPIENT: Any = {
    "display_name": "Hotel Bella Vista",
    "contact_email": "owner@bella-vista.example",
    "dashboard": "express",
    "identity": {"country": "it", "entity_type": "company"},
    "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
    "include": ["configuration.recipient", "identity", "requirements", "defaults"],
    "metadata": {"partner": "prt_1"},
}
INCLUDE: Any = {"include": ["configuration.recipient", "requirements"]}


def transfers_of(account: Any) -> Any:
    return account.configuration.recipient.capabilities.stripe_balance.stripe_transfers


def onboarding(sandbox: StripeSandbox, account: str) -> str:
    """Return the path of the hosted page."""
    link = sandbox.client().v2.core.account_links.create(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": "https://interline.example/again",
                    "return_url": "https://interline.example/done",
                },
            },
        }
    )
    return link.url.removeprefix(sandbox.url)


def test_a_new_account_has_everything_still_to_tell(stripe_sandbox: StripeSandbox):
    account: Any = stripe_sandbox.client().v2.core.accounts.create(RECIPIENT)

    assert (account.display_name, account.dashboard, account.livemode) == (
        "Hotel Bella Vista",
        "express",
        False,
    )
    assert (account.identity.country, account.identity.entity_type) == ("IT", "company")
    assert account.defaults.responsibilities.fees_collector == "application"
    assert transfers_of(account).status == "restricted"
    assert transfers_of(account).status_details[0].code == "requirements_past_due"
    assert account.requirements.summary.minimum_deadline.status == "past_due"
    assert len(account.requirements.entries) == 8
    plain: Any = stripe_sandbox.client().v2.core.accounts.retrieve(account.id)
    assert (plain.configuration, plain.requirements, plain.metadata.to_dict()) == (
        None,
        None,
        {"partner": "prt_1"},
    )


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        ("complete", "active", None),
        ("incomplete", "restricted", "requirements.past_due"),
        ("rejected", "rejected", "rejected.fraud"),
    ],
)
def test_the_hosted_page_ends_as_its_owner_chooses(
    stripe_sandbox: StripeSandbox, outcome: str, status: str, reason: str | None
):
    client = stripe_sandbox.client()
    account = client.v2.core.accounts.create(RECIPIENT)
    page = onboarding(stripe_sandbox, account.id)
    assert "Hotel Bella Vista" in stripe_sandbox.call("GET", page)[2]

    answered = stripe_sandbox.call("POST", page, f"outcome={outcome}&bank_account=DE89370400440532013000")

    assert (answered[0], answered[1]["location"]) == (303, "https://interline.example/done")
    assert transfers_of(client.v2.core.accounts.retrieve(account.id, INCLUDE)).status == status
    first: Any = client.v1.accounts.retrieve(account.id)
    assert (first.payouts_enabled, first.details_submitted, first.requirements.disabled_reason) == (
        reason is None,
        True,
        reason,
    )


def test_a_link_is_used_once(stripe_sandbox: StripeSandbox):
    account = stripe_sandbox.client().v2.core.accounts.create(RECIPIENT)
    page = onboarding(stripe_sandbox, account.id)
    stripe_sandbox.call("POST", page, "outcome=later")

    again = stripe_sandbox.call("GET", page)

    assert (again[0], again[1]["location"]) == (303, "https://interline.example/again")
    assert stripe_sandbox.call("GET", page.partition("?")[0])[0] == 404


def test_what_was_left_out_is_told_later(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    account = client.v2.core.accounts.create(RECIPIENT)
    sent = "bank_account=DE89370400440532013000"
    stripe_sandbox.call("POST", onboarding(stripe_sandbox, account.id), f"outcome=incomplete&{sent}")

    stripe_sandbox.call("POST", onboarding(stripe_sandbox, account.id), "outcome=complete")

    known: Any = client.v2.core.accounts.retrieve(account.id, INCLUDE)
    assert (transfers_of(known).status, known.requirements.entries) == ("active", [])


def test_the_first_generation_onboards_too(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    account: Any = client.v1.accounts.create(
        {
            "type": "express",
            "country": "IT",
            "email": "owner@bella-vista.example",
            "capabilities": {"transfers": {"requested": True}},
        }
    )
    link = client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "https://interline.example/again",
            "return_url": "https://interline.example/done",
        }
    )

    stripe_sandbox.call(
        "POST",
        link.url.removeprefix(stripe_sandbox.url),
        "outcome=complete&bank_account=DE89370400440532013000",
    )

    assert (account.payouts_enabled, account.capabilities.transfers) == (False, "inactive")
    known: Any = client.v1.accounts.retrieve(account.id)
    assert (known.payouts_enabled, known.capabilities.transfers, known.type) == (True, "active", "express")
    assert known.external_accounts.data[0].last4 == "3000"


def test_accounts_are_listed_changed_and_closed(stripe_sandbox: StripeSandbox):
    client = stripe_sandbox.client()
    made = [client.v2.core.accounts.create(RECIPIENT).id for _ in range(3)]

    client.v2.core.accounts.update(made[0], {"display_name": "Hotel Bella Vista Due"})
    client.v2.core.accounts.close(made[1])

    assert [each.id for each in client.v2.core.accounts.list().data] == [made[2], made[0]]
    assert client.v2.core.accounts.retrieve(made[0]).display_name == "Hotel Bella Vista Due"
    assert [each.id for each in client.v1.accounts.list().data] == made[::-1]


def test_an_account_of_nobody_is_not_found(stripe_sandbox: StripeSandbox):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_sandbox.client().v2.core.accounts.retrieve("acct_none")
    assert (refused.value.http_status, refused.value.code) == (404, "not_found")

    with pytest.raises(stripe.PermissionError):
        stripe_sandbox.client().v1.accounts.retrieve("acct_none")


def test_events_tell_what_happened_to_it(stripe_sandbox: StripeSandbox):
    account = stripe_sandbox.enabled_account()

    events: Any = stripe_sandbox.client().v1.events.list({}, {"stripe_account": account})

    assert [(each.type, each.account, each.data.object.payouts_enabled) for each in events.data] == [
        ("account.updated", account, True)
    ]
    thin: Any = stripe_sandbox.client().v2.core.events.list()
    assert {each.type for each in thin.data} == {
        "v2.core.account.created",
        "v2.core.account.updated",
        "v2.core.account[requirements].updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
    }
