"""One of everything a reseller and an operator can have, in LIVE."""

import secrets

from sqlalchemy import select

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.ids import global_id, local_id
from domain.imports import ImportStatus
from domain.partners import VerificationStatus
from domain.sponsorships import SponsorshipStatus
from domain.uploads import UploadPurpose
from domain.webhooks import SUBSCRIBABLE, DeliveryStatus
from integrations.sealing import AesSeal
from permissions.viewer import Viewer
from server.keys import Keys
from services import api_keys, events
from tests.factories.bundles import make_package_scene
from tests.factories.certification import make_run
from tests.factories.documents import make_document
from tests.factories.health import make_alert
from tests.factories.imports import csv_of, listed, make_import, make_import_upload
from tests.factories.introductions import make_introduction_scene
from tests.factories.money import make_money_scene
from tests.factories.onboarding import CODE, make_people
from tests.factories.partners import make_member
from tests.factories.predictions import make_prediction_scene
from tests.factories.promotions import make_promotions_scene
from tests.factories.properties import make_property
from tests.factories.provider import make_payment_account
from tests.factories.scheduling import make_scheduling_scene
from tests.factories.search import indexed
from tests.factories.shop import make_checkout_scene
from tests.factories.sponsorships import make_sponsorship
from tests.factories.support import make_support_scene
from tests.factories.times import NOW
from tests.factories.uploads import make_ready_upload, make_upload
from tests.factories.verification import make_documents, make_standing
from tests.factories.viewers import member_of
from tests.factories.webhooks import make_endpoint
from tests.factories.world import World
from tests.fixtures.acts import Acts, line


async def make_scene(
    acts: Acts, world: World, *, owner: Viewer, reseller: Viewer, keys: Keys
) -> dict[str, str]:
    """Make it and return the public ids by what they are of; `code` is a ticket's."""
    order = await acts.activate(reseller, await acts.hold(reseller, line(1)), special_requests="Window")
    hold = await acts.hold(reseller, line(2))
    await acts.set_allotment(owner, 98)
    async with acts.work() as uow:
        issued = await api_keys.issue_key(
            uow,
            member_of(world.reseller),
            reseller_id=world.reseller.id,
            environment=Environment.LIVE,
            name="Shop",
            scopes=None,
            expires_at=None,
            pepper=keys.pepper,
            entropy=secrets.token_bytes,
            now=acts.now,
        )
        await events.take_unrelayed(uow, now=acts.now)
        endpoint = await make_endpoint(uow.session, world.reseller, AesSeal(keys.seal))
        uow.session.add(make_alert(world.reseller))
        unverified = await make_endpoint(
            uow.session, world.reseller, AesSeal(keys.seal), verified_at=None, challenge_at=NOW
        )
        delivery = models.WebhookDelivery(
            id=new_id(),
            endpoint_id=endpoint.id,
            event_id=await uow.session.scalar(
                select(models.Event.id).where(models.Event.object_id == hold.id)
            ),
            event_type=next(iter(SUBSCRIBABLE)),
            object_id=hold.id,
            sequence=1,
            status=DeliveryStatus.DEAD,
            attempts=1,
            next_attempt_at=NOW,
            created_at=NOW,
        )
        letter = models.DeadLetter(
            id=new_id(),
            job="webhooks.deliver",
            key="k",
            payload={},
            error="failed",
            attempts=1,
            partner_id=world.reseller.id,
            environment=Environment.LIVE,
            first_at=NOW,
            last_at=NOW,
        )
        call = models.ApiCall(
            id=new_id(),
            at=NOW,
            partner_id=world.reseller.id,
            environment=Environment.LIVE,
            operation="Inventory",
            door="REST",
            status="200",
            duration_ms=1,
            request_id="r",
        )
        uow.session.add_all([delivery, letter, call])
        await uow.session.flush()
        run = await make_run(uow.session, world.reseller)
        upload = await make_upload(uow.session, world.operator)
        reseller_row = await uow.session.get_one(models.Partner, world.reseller.id)
        await make_documents(uow.session, reseller_row)
        document = await make_ready_upload(uow.session, world.reseller)
        logo = await make_ready_upload(uow.session, world.reseller, purpose=UploadPurpose.LOGO)
        standing = {
            status.value.lower(): global_id("Partner", (await make_standing(uow.session, status)).id)
            for status in (
                VerificationStatus.PENDING,
                VerificationStatus.VERIFIED,
                VerificationStatus.SUSPENDED,
            )
        }
        verified = local_id("Partner", standing["verified"])
        await make_member(uow.session, await uow.session.get_one(models.Partner, verified))
        code = await uow.session.scalar(select(models.Ticket.code))
        people = await make_people(uow.session, world.reseller)
        started = await make_import(uow.session, world.reseller)
        applied = await make_import(uow.session, world.reseller, status=ImportStatus.APPLIED)
        sent = await make_import_upload(uow.session, world.reseller, csv_of([listed(1)]))
        support = await make_support_scene(uow.session, world)
        introduced = await make_introduction_scene(uow.session, world)
        introduced |= await make_scheduling_scene(uow.session, introduced)
        introduced |= await make_prediction_scene(uow.session, introduced)
        await indexed(uow)
        sponsored = await make_sponsorship(uow.session, world.cruise)
        paused = await make_sponsorship(uow.session, world.pet_cruise, status=SponsorshipStatus.PAUSED)
        statement = await make_document(uow.session, world.reseller)
        promotions = await make_promotions_scene(uow.session, world, hold.id)
        checkout = await make_checkout_scene(uow.session)
        house = await make_property(uow.session, world.reseller)
        account = await make_payment_account(uow.session, world.reseller)
        await make_payment_account(uow.session, world.reseller, environment=Environment.TEST)
        money = await make_money_scene(uow, world, order, account)
        making = await make_package_scene(uow.session, world)
        old_house = await make_property(uow.session, world.reseller, external_code="ROM-0", archived_at=NOW)
    return {
        "operator": global_id("Partner", world.operator.id),
        "reseller": global_id("Partner", world.reseller.id),
        "package": global_id("Package", world.cruise.id),
        "pool": global_id("Allotment", world.cruise_pool.id),
        "reservation": global_id("Reservation", hold.id),
        "order": global_id("Booking", order.id),
        "code": str(code),
        "key": global_id("ApiKey", issued.api_key.id),
        "endpoint": global_id("WebhookEndpoint", endpoint.id),
        "unverified": global_id("WebhookEndpoint", unverified.id),
        "delivery": global_id("WebhookDelivery", delivery.id),
        "run": global_id("CertificationRun", run.id),
        "upload": global_id("Upload", upload.id),
        "logo": global_id("Upload", logo.id),
        "document": global_id("Upload", document.id),
        **standing,
        "sponsorship": global_id("Sponsorship", sponsored.id),
        "paused_sponsorship": global_id("Sponsorship", paused.id),
        "pet_package": global_id("Package", world.pet_cruise.id),
        "letter": global_id("DeadLetter", letter.id),
        "import": global_id("PropertyImport", started.id),
        "applied_import": global_id("PropertyImport", applied.id),
        "sent": global_id("Upload", sent.id),
        "case": global_id("OnboardingCase", people["case"].id),
        "invitation": global_id("Invitation", people["invitation"].id),
        "invitation_code": CODE,
        "person": global_id("User", people["person"].id),
        "member": global_id("User", people["member"].id),
        "manager": global_id("User", people["manager"].id),
        **support,
        **introduced,
        "payment_account": global_id("PaymentAccount", account.id),
        **{name: global_id(type(each).__name__, each.id) for name, each in making.items()},
        "statement": global_id("Document", statement.id),
        **promotions,
        **money,
        **checkout,
        "property": global_id("Property", house.id),
        "archived_property": global_id("Property", old_house.id),
    }
