"""What a caller may do to a thing it can see."""

from types import MappingProxyType
from uuid import UUID

from domain.environments import Environment
from domain.errors import Forbidden, Refused
from domain.uploads import UploadPurpose
from permissions.viewer import Scope, Viewer

SENDS = MappingProxyType(
    {
        UploadPurpose.LOGO: Scope.MANAGE_PARTNER,
        UploadPurpose.DOCUMENT: Scope.MANAGE_PARTNER,
        UploadPurpose.PROPERTY_IMPORT: Scope.MANAGE_PROPERTIES,
        UploadPurpose.SUPPORT_ATTACHMENT: Scope.ASK_SUPPORT,
        UploadPurpose.PACKAGE_IMAGE: Scope.MANAGE_INVENTORY,
    }
)
"""Purpose of a file -> what one must be allowed to do with it to send it."""


def may_upload(viewer: Viewer, partner_id: UUID, purpose: UploadPurpose) -> None:
    """Only who may use a file of the purpose at the partner sends one. Refuses: Forbidden."""
    _may_at(viewer, partner_id, SENDS[purpose])


def may_manage_inventory(viewer: Viewer, partner_id: UUID) -> None:
    """Only the package's own partner and the platform change what is sold. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_INVENTORY)


def may_manage_keys(viewer: Viewer, reseller_id: UUID) -> None:
    """Only the reseller's own people and the platform handle its keys. Refuses: Forbidden."""
    _may_at(viewer, reseller_id, Scope.MANAGE_KEYS)


def may_manage_promotions(viewer: Viewer, partner_id: UUID | None) -> None:
    """Only a partner's own people make its coupons and links, only the platform's staff its own (None).

    Refuses: Forbidden.
    """
    if partner_id is not None:
        _may_at(viewer, partner_id, Scope.MANAGE_PROMOTIONS)
    elif not viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        raise Refused(Forbidden("Only the platform's staff makes coupons of the platform."))


def funder_of(viewer: Viewer, asked: UUID | None) -> UUID | None:
    """Return the partner whose coupon somebody makes: the one asked for, else the only one; None for the platform."""
    if asked is not None or viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        return asked
    return only_partner(viewer)


def may_read_platform_report(viewer: Viewer) -> None:
    """Only the platform's staff reads the figures of all partners together. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.READ_REPORTS):
        raise Refused(Forbidden("Only the platform's staff reads this report."))


def may_manage_webhooks(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people and keys, and the platform, say where it is told. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_WEBHOOKS)


def may_certify(viewer: Viewer, partner_id: UUID) -> None:
    """The partner's own people and TEST keys, who assists it, and the platform run its certification.

    Refuses: Forbidden.
    """
    _may_at(viewer, partner_id, Scope.CERTIFY)
    if viewer.api_key_id is not None and viewer.environment is not Environment.TEST:
        raise Refused(Forbidden("A certification is run with a TEST key."))


def may_manage_properties(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people, who assists it, and the platform change its properties. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_PROPERTIES)


def may_read_finance(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people of finance and the platform see its money. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.READ_FINANCE)


def partner_of_reader(viewer: Viewer, asked: UUID | None) -> UUID | None:
    """Return the partner whose own things a guide shows: the one asked for, else the caller's only one.

    None where there is none, or it is not the caller's to look at: a guide is for everybody.
    """
    if asked is None:
        return only_partner(viewer)
    return asked if viewer.may_at(asked, Scope.READ_PARTNER) else None


def only_partner(viewer: Viewer) -> UUID | None:
    """Return the caller's one partner, for who does not say which; None for none, or several."""
    own = viewer.partner_ids
    return next(iter(own)) if len(own) == 1 else None


def may_manage_partner(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people, who assists them, and the platform change it. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_PARTNER)


def may_manage_team(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people and the platform say who belongs to it. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_TEAM)


def is_platform_team(viewer: Viewer) -> bool:
    """Tell whether the caller looks after the teams of all partners."""
    return viewer.may_everywhere(Scope.MANAGE_TEAM)


def may_manage_onboarding(viewer: Viewer) -> None:
    """Only the platform's staff leads cases. Refuses: Forbidden."""
    if viewer.user_id is None or not viewer.may_everywhere(Scope.MANAGE_ONBOARDING):
        raise Refused(Forbidden("Only the platform's staff does this."))


def may_verify_partners(viewer: Viewer) -> None:
    """Only the platform's staff decides who a partner is. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.VERIFY_PARTNERS):
        raise Refused(Forbidden("Only the platform's staff does this."))


def may_see_documents(viewer: Viewer, partner_id: UUID) -> bool:
    """Tell whether the caller sees what a partner showed: its own people and who verifies."""
    own = viewer.scopes_by_partner.get(partner_id, frozenset())
    return Scope.READ_PARTNER in own or viewer.may_everywhere(Scope.VERIFY_PARTNERS)


def may_answer_for(viewer: Viewer, partner_id: UUID) -> None:
    """Only a member speaks for a partner: neither a key nor the platform's staff. Refuses: Forbidden."""
    is_member = Scope.READ_PARTNER in viewer.scopes_by_partner.get(partner_id, ())
    if viewer.user_id is None or not is_member or viewer.may_everywhere(Scope.READ_PARTNER):
        raise Refused(Forbidden("Only a member of the partner answers this."))


def may_manage_payouts(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own owners, admins and finance people, and the platform, say where its money goes, and when.

    Refuses: Forbidden.
    """
    _may_at(viewer, partner_id, Scope.MANAGE_PAYOUTS)


def may_manage_introductions(viewer: Viewer, partner_id: UUID) -> None:
    """Only a partner's own people and the platform's staff say what it is introduced for. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_INTRODUCTIONS)


def may_run_introduction_desk(viewer: Viewer) -> None:
    """Only the platform's staff sees to what went wrong. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS):
        raise Refused(Forbidden("Only the platform's staff does this."))


def may_choose_predictions(viewer: Viewer) -> None:
    """Only who runs the platform decides which model speaks. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.OPERATE):
        raise Refused(Forbidden("Only who runs the platform does this."))


def is_introduction_desk(viewer: Viewer) -> bool:
    """Tell whether the caller looks after the introductions of all."""
    return viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS)


def may_settle(viewer: Viewer) -> None:
    """Only the platform's staff has the provider asked again for what it refused. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.MANAGE_PAYOUTS):
        raise Refused(Forbidden("Only the platform's staff does this."))


def may_see_booking_stats(viewer: Viewer, partner_id: UUID) -> bool:
    """Tell whether the caller sees how a partner's introductions went: its own people and the platform's staff."""
    own = viewer.scopes_by_partner.get(partner_id, frozenset())
    return Scope.READ_INTRODUCTIONS in own or viewer.may_everywhere(Scope.READ_INTRODUCTIONS)


def _may_at(viewer: Viewer, partner_id: UUID, scope: Scope) -> None:
    if not viewer.may_at(partner_id, scope):
        raise Refused(Forbidden(f"This needs the scope {scope} at the partner it belongs to."))
