"""Buying in the world: whose accounts can be paid, and the words a buyer uses."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.checkouts import CheckoutStatus
from domain.environments import Environment
from domain.ids import global_id
from domain.payments import AccountStatus, PaymentStatus
from domain.splits import LegKind
from permissions.viewer import ANONYMOUS, Viewer
from tests.factories.times import NOW
from tests.factories.world import World

CUSTOMER = {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"}

QUOTE = """mutation ($input: QuotePackageInput!) { quotePackage(input: $input) {
  __typename
  ... on Quote {
    id date party { customerType quantity }
    lines { kind code quantity unitAmount { amount } amount { amount } }
    gross { amount } discount { amount } coupon { amount } total { amount currency } expiresAt
  }
  ... on Refusal { code message }
} }"""
BOOK = """mutation ($input: BookPackageInput!) { bookPackage(input: $input) {
  __typename
  ... on OpenedCheckout { token checkout { id status total { amount } expiresAt payment { status } } }
  ... on PriceChanged { before { total { amount } } after { total { amount } lines { code } } }
  ... on Refusal { code message }
} }"""
CHECKOUT = """mutation ($input: CheckoutPackageInput!) { checkoutPackage(input: $input) {
  __typename
  ... on OpenedCheckout {
    token
    checkout {
      id status sequence total { amount }
      payment { status clientSecret actionUrl failure }
      booking { confirmationCode tickets { ticketCode status } }
    }
  }
  ... on Refusal { code message }
} }"""
CANCEL = """mutation ($input: CancelCheckoutInput!) { cancelCheckout(input: $input) {
  __typename
  ... on Checkout { status payment { status } }
  ... on CheckoutEnded { checkoutStatus }
  ... on Refusal { code }
} }"""
READ = """query ($id: ID!, $token: String) { checkout(id: $id, token: $token) {
  id status total { amount } payment { status } booking { tickets { status } }
} }"""


async def make_payable(
    session: AsyncSession, *partners: models.Partner, environment: Environment = Environment.LIVE
) -> None:
    """Let partners be paid by the provider."""
    for partner in partners:
        account_id = new_id()
        session.add(
            models.PaymentAccount(
                id=account_id,
                environment=environment,
                partner_id=partner.id,
                provider_id=f"acct_{account_id.hex}",
                status=AccountStatus.ENABLED,
                created_at=NOW,
            )
        )
    await session.flush()


def party(adults: int = 1, children: int = 0) -> list[dict[str, Any]]:
    """Who travels."""
    members = [{"customerType": "ADULT", "quantity": adults}, {"customerType": "CHILD", "quantity": children}]
    return [each for each in members if each["quantity"]]


class Shop:
    """What a buyer does, by the graph; a guest where nothing else is said."""

    def __init__(self, graph: Any, world: World, viewer: Viewer = ANONYMOUS) -> None:
        self.graph = graph
        self.world = world
        self.viewer = viewer

    async def quote(self, viewer: Viewer | None = None, **wish: Any) -> Any:
        given = {"packageId": f"pkg_{self.world.cruise.id.hex}", "party": party(), **wish}
        return await self.graph.data(viewer or self.viewer, QUOTE, input=given)

    async def quoted(self, viewer: Viewer | None = None, **wish: Any) -> str:
        quote = await self.quote(viewer, **wish)
        assert quote["__typename"] == "Quote", quote
        return str(quote["id"])

    async def book(self, quote_id: str, *, viewer: Viewer | None = None, key: str = "b1", **more: Any) -> Any:
        given = {"quoteId": quote_id, "customer": CUSTOMER, "idempotencyKey": key, **more}
        return await self.graph.data(viewer or self.viewer, BOOK, input=given)

    async def check_out(self, *, viewer: Viewer | None = None, key: str = "c1", **given: Any) -> Any:
        if "quoteId" in given:
            given.setdefault("customer", CUSTOMER)
        return await self.graph.data(viewer or self.viewer, CHECKOUT, input={"idempotencyKey": key, **given})

    async def buy(self, *, viewer: Viewer | None = None, card: str = "pm_card_visa", **wish: Any) -> Any:
        """Quote and check out at once; the opened checkout."""
        quote_id = await self.quoted(viewer, **wish)
        opened = await self.check_out(viewer=viewer, key=quote_id, quoteId=quote_id, paymentMethod=card)
        assert opened["__typename"] == "OpenedCheckout", opened
        return opened

    async def cancel(self, opened: Any, *, viewer: Viewer | None = None, **more: Any) -> Any:
        given = {"checkoutId": opened["checkout"]["id"], "token": opened["token"], **more}
        return await self.graph.data(viewer or self.viewer, CANCEL, input=given)

    async def read(self, opened: Any, viewer: Viewer | None = None, token: str | None = None) -> Any:
        return await self.graph.data(
            viewer or self.viewer, READ, id=opened["checkout"]["id"], token=token or opened["token"]
        )


async def make_checkout_scene(session: AsyncSession) -> dict[str, str]:
    """The payment and the legs of the checkout there is; public ids by what they are of."""
    is_open = models.Checkout.status == CheckoutStatus.OPEN
    checkout = (await session.scalars(select(models.Checkout).where(is_open))).one()
    session.add(
        models.Payment(
            id=new_id(),
            environment=checkout.environment,
            checkout_id=checkout.id,
            status=PaymentStatus.REQUIRES_PAYMENT_METHOD,
            amount_minor=checkout.total_minor,
            currency=checkout.currency,
            created_at=NOW,
        )
    )
    parts = [(LegKind.SUPPLIER, checkout.partner_id, 48_960), (LegKind.PLATFORM_FEE, None, 8_640)]
    session.add_all(
        models.CheckoutLeg(
            id=new_id(),
            checkout_id=checkout.id,
            position=position,
            kind=kind,
            partner_id=partner_id,
            item_code="BOARDING" if partner_id else None,
            amount_minor=amount,
        )
        for position, (kind, partner_id, amount) in enumerate(parts, 1)
    )
    await session.flush()
    return {
        "quote": global_id("Quote", checkout.quote_id),
        "checkout": global_id("Checkout", checkout.id),
    }
