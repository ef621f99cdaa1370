"""Partners, their people, and the profile that makes one a reseller."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.types import HOT, Base, Id, enum_type
from domain.environments import Environment
from domain.partners import DEFAULT_RATE_LIMIT, PartnerType, VerificationStatus
from domain.reservations import DEFAULT_OPEN_HOLD_CAP

if TYPE_CHECKING:
    from db.models.introductions import IntroductionProfile
    from db.models.ledger import LedgerAccount
    from db.models.onboarding import OnboardingCase
    from db.models.payouts import PaymentAccount
    from db.models.uploads import Upload
    from db.models.verification import VerificationDecision, VerificationDocument


class Partner(Base):
    """An organization on the platform."""

    __tablename__ = "partners"
    __table_args__ = (CheckConstraint("jsonb_typeof(descriptions) = 'object'", name="descriptions"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[PartnerType] = mapped_column(enum_type(PartnerType))
    slug: Mapped[str] = mapped_column(String(63), unique=True, server_default=text("gen_random_uuid()::text"))
    country: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str] = mapped_column(String(2), default="en", server_default="en")
    """The language it is written to in; one of `domain.partners.LOCALES`."""
    descriptions: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    links: Mapped[list[str]] = mapped_column(ARRAY(String(500)), default=list, server_default="{}")
    regions: Mapped[list[str]] = mapped_column(ARRAY(String(6)), default=list, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)), default=list, server_default="{}")
    legal_name: Mapped[str | None] = mapped_column(String(200))
    """As a register has it; None where it is the name."""
    address_lines: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list, server_default="{}")
    postal_code: Mapped[str | None] = mapped_column(String(10))
    city: Mapped[str | None] = mapped_column(String(100))
    tax_number: Mapped[str | None] = mapped_column(String(30))
    logo_upload_id: Mapped[UUID | None]
    verification_status: Mapped[VerificationStatus] = mapped_column(
        enum_type(VerificationStatus),
        default=VerificationStatus.UNSUBMITTED,
        server_default=VerificationStatus.UNSUBMITTED,
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    logo: Mapped["Upload | None"] = relationship(
        lazy="raise", viewonly=True, primaryjoin="foreign(Partner.logo_upload_id) == Upload.id"
    )
    members: Mapped[list["PartnerMember"]] = relationship(
        lazy="raise", order_by="PartnerMember.created_at, PartnerMember.user_id", viewonly=True
    )
    onboarding_case: Mapped["OnboardingCase | None"] = relationship(
        lazy="raise", back_populates="partner", viewonly=True
    )
    payment_account: Mapped["PaymentAccount | None"] = relationship(
        lazy="raise", viewonly=True, uselist=False
    )
    """One an environment: which one is seen, the rule of visibility says."""
    verification_documents: Mapped[list["VerificationDocument"]] = relationship(
        lazy="raise", order_by="VerificationDocument.id", viewonly=True
    )
    verification_history: Mapped[list["VerificationDecision"]] = relationship(
        lazy="raise", order_by="VerificationDecision.sequence", viewonly=True
    )
    ledger_accounts: Mapped[list["LedgerAccount"]] = relationship(
        lazy="raise", viewonly=True, order_by="LedgerAccount.currency, LedgerAccount.kind, LedgerAccount.id"
    )
    reseller_profile: Mapped["ResellerProfile | None"] = relationship(lazy="raise", back_populates="partner")
    introduction_profile: Mapped["IntroductionProfile | None"] = relationship(
        lazy="raise", viewonly=True, uselist=False
    )


class User(Base):
    """A person who signs in, known by issuer and subject. Personal data: email, name."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Id]
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    platform_roles: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list)
    created_at: Mapped[datetime]

    memberships: Mapped[list["PartnerMember"]] = relationship(lazy="raise")


class PartnerMember(Base):
    """What a person is to a partner; exactly one OWNER each."""

    __tablename__ = "partner_members"
    __table_args__ = (
        CheckConstraint("role IN ('OWNER', 'ADMIN', 'FINANCE', 'SUPPORT', 'READONLY')", name="role"),
        Index("uq_partner_members_owner", "partner_id", unique=True, postgresql_where="role = 'OWNER'"),
    )

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)
    user: Mapped[User] = relationship(lazy="raise", viewonly=True)


class Invitation(Base):
    """A place in a partner's team, offered by mail to one address. Only the hash of its code is kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("role IN ('ADMIN', 'FINANCE', 'SUPPORT', 'READONLY')", name="role"),
        Index(
            "uq_invitations_open",
            "partner_id",
            "email",
            unique=True,
            postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
        ),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(32))
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    invited_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)


class ResellerProfile(Base):
    """What makes a partner an OTA reseller."""

    __tablename__ = "reseller_profiles"
    __table_args__ = (
        CheckConstraint("rate_limit_per_minute BETWEEN 100 AND 1000", name="rate_limit"),
        CheckConstraint("open_hold_cap > 0", name="open_hold_cap"),
    )

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    rate_limit_per_minute: Mapped[int] = mapped_column(default=DEFAULT_RATE_LIMIT)
    open_hold_cap: Mapped[int] = mapped_column(default=DEFAULT_OPEN_HOLD_CAP)
    created_at: Mapped[datetime]
    """When its TEST environment was made."""
    live_at: Mapped[datetime | None]
    """When its LIVE environment was made: before that it has no LIVE keys and sees no LIVE catalog of others."""

    partner: Mapped[Partner] = relationship(lazy="raise", back_populates="reseller_profile")


class ResellerQuota(Base):
    """Units a reseller has on hold in one environment, beside its cap: one guarded counter."""

    __tablename__ = "reseller_quotas"
    __table_args__ = (CheckConstraint("open_units >= 0", name="open_units"), HOT)

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller_profiles.partner_id"), primary_key=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4), primary_key=True)
    open_units: Mapped[int] = mapped_column(default=0)


class ApiKey(Base):
    """A reseller's credential. Only the keyed hash is kept; the key is shown once."""

    __tablename__ = "api_keys"

    id: Mapped[Id]
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller_profiles.partner_id"), index=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(32), unique=True)
    key_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    rotated_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
