"""Which packages, versions and consents a caller may see. Environments never mix."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from db import models
from domain.environments import Environment
from domain.inventory import Channel
from domain.packages import PackageStatus
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, refers, rule, there_is


@rule
def visible_packages(viewer: Viewer) -> ColumnElement[bool]:
    """The catalog of one's environment, what is sold to everybody, one's own, and what asks for one's consent.

    Archived ones stay to be seen by whom they were sold to; drafts are nobody else's. Who makes packages sees in TEST,
    too, what is on sale there: a bundle of several partners is rehearsed with it.
    """
    if viewer.may_everywhere(Scope.READ_CATALOG):
        return models.Package.environment == viewer.environment
    seen = [_of_catalog(viewer)] if viewer.may(Scope.READ_CATALOG) else []
    seen.append(_is_public(viewer))
    if viewer.may(Scope.MANAGE_INVENTORY):
        seen += [_asks_for_consent(viewer), _is_on_sale(viewer)]
    return or_(*seen)


@rule
def public_packages(viewer: Viewer) -> ColumnElement[bool]:
    """What everybody sees and buys, also who has not signed in."""
    return _is_public(viewer)


@rule
def sellable_packages(viewer: Viewer) -> ColumnElement[bool]:
    """What one may sell: a reseller's key the catalog, on its channel; people their own partners' packages."""
    here = models.Package.environment == viewer.environment
    if viewer.reseller_id is not None:
        if not viewer.may(Scope.READ_CATALOG):
            return NOTHING
        return here if viewer.may_everywhere(Scope.READ_CATALOG) else _of_catalog(viewer)
    if not viewer.may(Scope.RESERVE):
        return NOTHING
    if viewer.may_everywhere(Scope.RESERVE):
        return here
    return and_(here, models.Package.partner_id.in_(viewer.partners_with(Scope.RESERVE)))


@rule
def packages_of_environment(viewer: Viewer) -> ColumnElement[bool]:
    """Every package of the caller's environment: only to find out whether a SKU is taken."""
    return models.Package.environment == viewer.environment


@rule
def packages_with_stock(viewer: Viewer, channel: Channel) -> ColumnElement[bool]:
    """The packages of which one may know how many are left on a channel: on DIRECT, whoever sees them."""
    if channel is not Channel.DIRECT and not viewer.may(Scope.READ_INVENTORY):
        return NOTHING
    return visible_packages(viewer).predicate


@rule
def visible_package_parts(viewer: Viewer, package_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The parts of packages one may see."""
    return refers(package_id, models.Package.id, visible_packages(viewer))


@rule
def visible_package_versions(viewer: Viewer) -> ColumnElement[bool]:
    """What was published of packages one may see; one's own drafts, and those one is asked to consent to."""
    version, consent = models.PackageVersion, models.PackageConsent
    published = and_(
        version.published_at.is_not(None),
        refers(version.package_id, models.Package.id, visible_packages(viewer)),
    )
    if not viewer.may(Scope.READ_CATALOG):
        return published
    here = models.Package.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_CATALOG):
        return refers(version.package_id, models.Package.id, here)
    partners = viewer.partners_with(Scope.READ_CATALOG)
    own = and_(here, models.Package.partner_id.in_(partners))
    asked = there_is(
        consent.package_id == version.package_id,
        consent.version == version.number,
        consent.partner_id.in_(viewer.partners_with(Scope.MANAGE_INVENTORY)),
        refers(consent.package_id, models.Package.id, here),
        outer=version,
    )
    return or_(published, refers(version.package_id, models.Package.id, own), asked)


@rule
def visible_package_consents(viewer: Viewer) -> ColumnElement[bool]:
    """What one's own packages need of others, and what others' need of oneself."""
    if not viewer.may(Scope.READ_CATALOG):
        return NOTHING
    consent = models.PackageConsent
    here = models.Package.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_CATALOG):
        return refers(consent.package_id, models.Package.id, here)
    partners = viewer.partners_with(Scope.READ_CATALOG)
    concerns = or_(models.Package.partner_id.in_(partners), consent.partner_id.in_(partners))
    return refers(consent.package_id, models.Package.id, and_(here, concerns))


def _of_catalog(viewer: Viewer) -> ColumnElement[bool]:
    here = models.Package.environment == viewer.environment
    own = models.Package.partner_id.in_(viewer.partners_with(Scope.READ_CATALOG))
    sold = and_(models.Package.status != PackageStatus.DRAFT, is_sold_to(viewer, Scope.READ_CATALOG))
    return and_(here, or_(own, sold))


def _is_public(viewer: Viewer) -> ColumnElement[bool]:
    """Tell that a package is on sale in LIVE to everybody."""
    return and_(models.Package.environment == Environment.LIVE, _is_on_sale(viewer))


def _is_on_sale(viewer: Viewer) -> ColumnElement[bool]:
    """Tell that a package is on sale on channel DIRECT: from a pool there, or as a bundle from others'.

    What was made for its own partner to try with never is.
    """
    package, pool = models.Package, models.Allotment
    has_pool = there_is(pool.package_id == package.id, pool.channel == Channel.DIRECT, outer=package)
    return and_(
        package.environment == viewer.environment,
        package.status == PackageStatus.PUBLISHED,
        not_(package.is_sandbox),
        or_(package.is_bundle, has_pool),
    )


def _asks_for_consent(viewer: Viewer) -> ColumnElement[bool]:
    consent, package = models.PackageConsent, models.Package
    asks = there_is(
        consent.package_id == package.id,
        consent.partner_id.in_(viewer.partners_with(Scope.MANAGE_INVENTORY)),
        outer=package,
    )
    return and_(package.environment == viewer.environment, asks)


def is_sold_to(viewer: Viewer, scope: Scope) -> ColumnElement[bool]:
    """Tell that a package is in the catalog of resellers: in TEST of all of them, in LIVE of those that are live.

    What was made for its own partner to try with is in nobody's.
    """
    profile = models.ResellerProfile
    mine = select(literal(1)).where(profile.partner_id.in_(viewer.partners_with(scope))).select_from(profile)
    is_live = mine.where(profile.live_at.is_not(None)).correlate(None).exists()
    in_test = and_(models.Package.environment == Environment.TEST, mine.correlate(None).exists())
    return and_(not_(models.Package.is_sandbox), or_(is_live, in_test))


@rule
def buyable_packages(viewer: Viewer) -> ColumnElement[bool]:
    """What one may buy: guests what is sold in LIVE, who has signed in what is sold in its environment.

    What was made for its own partner to try with is bought by its own people alone.
    """
    here = models.Package.environment == viewer.environment
    if viewer.is_anonymous:
        return and_(here, models.Package.environment == Environment.LIVE)
    own = models.Package.partner_id.in_(viewer.partners_with(Scope.READ_CATALOG))
    return and_(here, or_(not_(models.Package.is_sandbox), own))
