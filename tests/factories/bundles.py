"""Packages in the making: drafts, pictures, and what other partners are asked."""

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.packages import ConsentStatus, ItemKind, PackageStatus
from domain.uploads import UploadPurpose
from tests.factories.packages import make_package
from tests.factories.times import NOW
from tests.factories.uploads import make_ready_upload
from tests.factories.world import World


async def make_draft(
    session: AsyncSession,
    partner: models.Partner,
    *,
    sku: str,
    supplier: models.Partner | None = None,
    picture: models.Upload | None = None,
) -> tuple[models.Package, models.PackageConsent | None]:
    """A package that was never on sale, and what it needs of a supplier."""
    package = models.Package(
        id=new_id(),
        environment=Environment.LIVE,
        partner_id=partner.id,
        sku=sku,
        names={"en": "Weekend by the sea"},
        currency="HKD",
        time_zone="Asia/Hong_Kong",
        status=PackageStatus.DRAFT,
        version=0,
        created_at=NOW,
    )
    session.add(package)
    await session.flush()
    session.add(models.PackageVersion(package_id=package.id, number=1, names=package.names, created_at=NOW))
    await session.flush()
    session.add(
        models.PackageItem(
            id=new_id(),
            package_id=package.id,
            position=1,
            kind=ItemKind.TOUR,
            function_code="GUIDE",
            label="Guide",
            quantity=1,
            supplier_id=supplier and supplier.id,
        )
    )
    if picture is not None:
        session.add(models.PackageImage(package_id=package.id, version=1, position=1, upload_id=picture.id))
    consent = None
    if supplier is not None:
        consent = models.PackageConsent(
            id=new_id(),
            package_id=package.id,
            version=1,
            partner_id=supplier.id,
            items=["GUIDE x1"],
            share_weight=1,
            total_weight=1,
            status=ConsentStatus.REQUESTED,
            requested_at=NOW,
        )
        session.add(consent)
    await session.flush()
    return package, consent


async def make_package_scene(
    session: AsyncSession, world: World
) -> dict[str, models.Package | models.PackageConsent]:
    """A draft with something of the reseller's and a picture, and one that can be published."""
    picture = await make_ready_upload(session, world.operator, purpose=UploadPurpose.PACKAGE_IMAGE)
    draft, consent = await make_draft(
        session, world.operator, sku="draft", supplier=world.reseller, picture=picture
    )
    ready, _ = await make_draft(session, world.operator, sku="ready")
    assert consent is not None
    return {"draft": draft, "consent": consent, "ready_draft": ready}


async def make_bundle(
    session: AsyncSession, partner: models.Partner, *parts: tuple[models.Package, int], sku: str = "bundle"
) -> models.Package:
    """A bundle on sale that has no pool of its own: it takes so many units of each part."""
    return await make_package(
        session,
        partner,
        sku=sku,
        names={"en": "Both of them"},
        items=((ItemKind.EXTRA, "TEA", "Tea", 1),),
        parts=parts,
    )
