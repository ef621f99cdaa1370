"""Partners as they come in and say who they are."""

from typing import Any

import strawberry

from db import models
from db.queries.texts import localized
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.partners import PartnerType, SlugTaken, StaleVersion, VerificationStatus
from domain.uploads import UploadNotReady
from permissions import policies
from resolvers.context import Info
from resolvers.package_inputs import LocalizedTextInput
from resolvers.refusals import answers
from services import partners


@strawberry.input(description="An organization that comes in; the caller becomes its owner.")
class RegisterPartnerInput:
    name: str
    type: PartnerType
    country: str = strawberry.field(description="Where it is registered: ISO 3166-1 alpha-2, `IT`.")
    slug: str | None = strawberry.field(
        default=None, description="A short name for urls and addresses; without it one is made of the name."
    )
    locale: str = strawberry.field(default="en", description="The language it is written to in.")
    idempotency_key: str | None = None


@strawberry.input(description="What changes in a partner's profile; what is left out stays.")
class UpdatePartnerInput:
    version: int = strawberry.field(description="The version the change was made for.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Without it: the caller's only partner."
    )
    name: str | None = None
    country: str | None = None
    locale: str | None = None
    descriptions: list[LocalizedTextInput] | None = strawberry.field(
        default=None, description="All of them: one left out is taken away."
    )
    links: list[str] | None = None
    regions: list[str] | None = strawberry.field(default=None, description="ISO 3166: `IT`, `IT-25`.")
    languages: list[str] | None = strawberry.field(default=None, description="BCP-47: `it`, `zh-HK`.")
    legal_name: str | None = strawberry.field(
        default=None, description="The company's, for receipts and invoices; empty where it is the name."
    )
    address_lines: list[str] | None = strawberry.field(
        default=None, description="Street and number, and what else stands above the city; four at most."
    )
    postal_code: str | None = strawberry.field(default=None, description="Empty to take it away.")
    city: str | None = strawberry.field(default=None, description="Empty to take it away.")
    tax_number: str | None = strawberry.field(default=None, description="`IT01234567890`; empty for none.")


@strawberry.input(description="The picture a partner shows; without one, none.")
class SetPartnerLogoInput:
    partner_id: strawberry.ID
    upload_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload of the purpose LOGO that is READY."
    )


def description(root: strawberry.Parent[models.Partner], info: Info, locale: str | None = None) -> str:
    """What it says of itself, in `locale`, else in the first language the caller accepts, else in English."""
    accepted = info.context.viewer.locales
    return localized(root.descriptions, (locale, *accepted) if locale else accepted)


def descriptions(root: strawberry.Parent[models.Partner]) -> list[dict[str, str]]:
    """What it says of itself, in every language it has written it in."""
    return [{"locale": locale, "text": text} for locale, text in root.descriptions.items()]


def text_locale(root: strawberry.Parent[dict[str, str]]) -> str:
    """BCP-47."""
    return root["locale"]


def text_text(root: strawberry.Parent[dict[str, str]]) -> str:
    """The text itself."""
    return root["text"]


def is_verified(root: strawberry.Parent[models.Partner]) -> bool:
    """The badge: the platform has checked who this is."""
    return root.verification_status is VerificationStatus.VERIFIED


@answers(Forbidden, InvalidInput, SlugTaken, IdempotencyConflict)
async def register_partner(info: Info, input: RegisterPartnerInput) -> models.Partner:
    """Come in: needs nothing but a signed-in person, and nobody's consent.

    What the new owner may do beyond that holds from the next call on: its case is asked for then.
    """
    context = info.context
    async with context.unit_of_work() as uow:
        return await partners.register_partner(
            uow,
            context.viewer,
            name=input.name,
            partner_type=input.type,
            country=input.country,
            slug=input.slug,
            locale=input.locale,
            idempotency=context.idempotency(
                input.idempotency_key, "register_partner", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, StaleVersion)
async def update_partner(info: Info, input: UpdatePartnerInput) -> models.Partner:
    """Change the profile; a change made for another version is refused."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await partners.update_partner(
            uow,
            context.viewer,
            partner_id=policies.only_partner(context.viewer)
            if input.id is None
            else local_id("Partner", input.id),
            version=input.version,
            changes=_changes(input),
            now=context.now,
        )


@answers(NotFound, Forbidden, UploadNotReady)
async def set_partner_logo(info: Info, input: SetPartnerLogoInput) -> models.Partner:
    """Show an uploaded picture as the logo, or none."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await partners.set_logo(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            upload_id=optional_id("Upload", input.upload_id),
            now=context.now,
        )


def _changes(input: UpdatePartnerInput) -> dict[str, Any]:
    given = {
        "name": input.name,
        "country": input.country,
        "locale": input.locale,
        "descriptions": None
        if input.descriptions is None
        else {each.locale: each.text for each in input.descriptions},
        "links": input.links,
        "regions": input.regions,
        "languages": input.languages,
        "legal_name": input.legal_name,
        "address_lines": input.address_lines,
        "postal_code": input.postal_code,
        "city": input.city,
        "tax_number": input.tax_number,
    }
    return {name: value for name, value in given.items() if value is not None}
