"""Which pools, holds, sales, keys, reports and webhooks a caller may see. Environments never mix."""

from sqlalchemy import ColumnElement, and_, or_, true

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.checkouts import visible_checkouts
from permissions.visibility.minting import NOTHING, refers, rule, there_is
from permissions.visibility.packages import is_sold_to, visible_packages


@rule
def visible_partners(viewer: Viewer) -> ColumnElement[bool]:
    """One's own organizations, those whose packages one may see, and those one was introduced to."""
    if viewer.may_everywhere(Scope.READ_CATALOG) or viewer.may_everywhere(Scope.READ_PARTNER):
        return true()
    sells = refers(models.Partner.id, models.Package.partner_id, visible_packages(viewer))
    if viewer.is_anonymous:
        return sells
    own = models.Partner.id.in_(viewer.partner_ids)
    # Keys are introduced to nobody, and what they ask is asked most often.
    if not viewer.may(Scope.REGISTER):
        return or_(own, sells)
    return or_(own, sells, _was_introduced(viewer))


def _was_introduced(viewer: Viewer) -> ColumnElement[bool]:
    introduction, contractor = models.Introduction, models.Contractor
    chosen = refers(introduction.contractor_id, contractor.id, contractor.user_id == viewer.person)
    return there_is(introduction.partner_id == models.Partner.id, chosen, outer=models.Partner)


@rule
def visible_allotments(viewer: Viewer) -> ColumnElement[bool]:
    """Resellers see the OTA pools they can draw from; operators every pool of their packages."""
    if not viewer.may(Scope.READ_INVENTORY):
        return NOTHING
    here = models.Allotment.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_INVENTORY):
        return here
    partners = viewer.partners_with(Scope.READ_INVENTORY)
    pool = and_(
        models.Allotment.channel == "OTA",
        or_(models.Allotment.reseller_id.is_(None), models.Allotment.reseller_id.in_(partners)),
        is_sold_to(viewer, Scope.READ_INVENTORY),
    )
    # One look at the package for both: whose it is, and whether it is sold to others at all.
    of_package = or_(models.Package.partner_id.in_(partners), pool)
    return and_(here, refers(models.Allotment.package_id, models.Package.id, of_package))


@rule
def visible_inventory_events(viewer: Viewer) -> ColumnElement[bool]:
    """The journal of the pools of one's own packages; resellers do not see each other's doings."""
    if not viewer.may(Scope.READ_INVENTORY):
        return NOTHING
    pools = models.Allotment.environment == viewer.environment
    if not viewer.may_everywhere(Scope.READ_INVENTORY):
        own = models.Package.partner_id.in_(viewer.partners_with(Scope.READ_INVENTORY))
        pools = and_(pools, refers(models.Allotment.package_id, models.Package.id, own))
    return refers(models.InventoryEvent.allotment_id, models.Allotment.id, pools)


@rule
def visible_reservations(viewer: Viewer, scope: Scope = Scope.READ_ORDERS) -> ColumnElement[bool]:
    """The holds of one's own resellers at which one has the scope, and those one made oneself."""
    if not viewer.may(scope):
        return NOTHING
    here = models.Reservation.environment == viewer.environment
    if viewer.may_everywhere(scope):
        return here
    own = models.Reservation.reseller_id.in_(viewer.partners_with(scope))
    return and_(here, or_(own, models.Reservation.actor == viewer.id))


@rule
def visible_reservation_lines(viewer: Viewer) -> ColumnElement[bool]:
    """The lines of reservations one may see."""
    return refers(models.ReservationLine.reservation_id, models.Reservation.id, visible_reservations(viewer))


@rule
def visible_bookings(viewer: Viewer, scope: Scope = Scope.READ_ORDERS) -> ColumnElement[bool]:
    """The bookings that came of reservations one may see, with the scope, and of checkouts one may see."""
    here = models.Booking.environment == viewer.environment
    bought = refers(models.Booking.id, models.Checkout.booking_id, visible_checkouts(viewer, scope))
    if not viewer.may(scope):
        return and_(here, bought)
    if viewer.may_everywhere(scope):
        return here
    own = models.Booking.reseller_id.in_(viewer.partners_with(scope))
    by_hand = refers(
        models.Booking.reservation_id, models.Reservation.id, models.Reservation.actor == viewer.id
    )
    return and_(here, or_(own, by_hand, bought))


@rule
def visible_tickets(viewer: Viewer, scope: Scope = Scope.READ_ORDERS) -> ColumnElement[bool]:
    """The tickets of bookings one may see, and those for one's own packages: the gate must scan them."""
    of_bookings = refers(models.Ticket.booking_id, models.Booking.id, visible_bookings(viewer, scope))
    own = models.Package.partner_id.in_(viewer.partners_with(scope))
    for_own_packages = and_(
        models.Ticket.environment == viewer.environment,
        refers(models.Ticket.package_id, models.Package.id, own),
    )
    return or_(of_bookings, for_own_packages)


@rule
def visible_ticket_entitlements(viewer: Viewer) -> ColumnElement[bool]:
    """What tickets one may see entitle to."""
    return refers(models.TicketEntitlement.ticket_id, models.Ticket.id, visible_tickets(viewer))


@rule
def visible_api_keys(viewer: Viewer) -> ColumnElement[bool]:
    """The keys of one's own resellers, of both environments: who manages keys manages both."""
    if not viewer.may(Scope.MANAGE_KEYS):
        return NOTHING
    if viewer.may_everywhere(Scope.MANAGE_KEYS):
        return true()
    return models.ApiKey.reseller_id.in_(viewer.partners_with(Scope.MANAGE_KEYS))


@rule
def visible_audit_entries(viewer: Viewer) -> ColumnElement[bool]:
    """The chain of one's own partners."""
    if not viewer.may(Scope.READ_AUDIT):
        return NOTHING
    if viewer.may_everywhere(Scope.READ_AUDIT):
        return true()
    return models.AuditEntry.partner_id.in_(viewer.partners_with(Scope.READ_AUDIT))


@rule
def visible_resellers(viewer: Viewer) -> ColumnElement[bool]:
    """The resellers one may read reports of: one's own."""
    if not viewer.may(Scope.READ_REPORTS):
        return NOTHING
    if viewer.may_everywhere(Scope.READ_REPORTS):
        return true()
    return models.ResellerProfile.partner_id.in_(viewer.partners_with(Scope.READ_REPORTS))


@rule
def visible_api_calls(viewer: Viewer) -> ColumnElement[bool]:
    """The calls of one's own resellers."""
    if not viewer.may(Scope.READ_REPORTS):
        return NOTHING
    here = models.ApiCall.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_REPORTS):
        return here
    return and_(here, models.ApiCall.partner_id.in_(viewer.partners_with(Scope.READ_REPORTS)))


@rule
def visible_webhook_endpoints(viewer: Viewer) -> ColumnElement[bool]:
    """The endpoints of one's own partners."""
    if not viewer.may(Scope.MANAGE_WEBHOOKS):
        return NOTHING
    here = models.WebhookEndpoint.environment == viewer.environment
    if viewer.may_everywhere(Scope.MANAGE_WEBHOOKS):
        return here
    own = models.WebhookEndpoint.partner_id.in_(viewer.partners_with(Scope.MANAGE_WEBHOOKS))
    return and_(here, own)


@rule
def visible_webhook_deliveries(viewer: Viewer) -> ColumnElement[bool]:
    """What goes to endpoints one may see."""
    return refers(
        models.WebhookDelivery.endpoint_id, models.WebhookEndpoint.id, visible_webhook_endpoints(viewer)
    )


@rule
def visible_dead_letters(viewer: Viewer) -> ColumnElement[bool]:
    """Operators see every one of the environment and those of no environment; partners their webhooks'."""
    letter = models.DeadLetter
    if viewer.may_everywhere(Scope.OPERATE):
        return or_(letter.environment == viewer.environment, letter.environment.is_(None))
    if not viewer.may(Scope.MANAGE_WEBHOOKS):
        return NOTHING
    own = letter.partner_id.in_(viewer.partners_with(Scope.MANAGE_WEBHOOKS))
    return and_(letter.environment == viewer.environment, own)
