"""Affiliates: who leads buyers to us by links, and what they earn of what is sold so.

The last click within 30 days wins (A-20). The commission is fixed at the sale, comes out of the share of the link's
owner, and is due once the order can not be cancelled for free any more.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.errors import InvalidInput, Refusal, Refused
from domain.partners import check_links
from domain.splits import Commission
from domain.texts import check_line

ATTRIBUTION = dt.timedelta(days=30)
DUPLICATE_WITHIN = dt.timedelta(hours=24)
TERMS_VERSION = 1
"""Of the conditions an affiliate accepts; a new text has a new number."""
MOST_COMMISSION_BPS = 5_000
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]", re.ASCII)
CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 10
LONGEST_TARGET = 500
NO_PAGES = (
    "/api/",
    "/graphql/",
    "/identity/",
    "/r/",
    "/uploads/",
    "/downloads/",
    "/mailbox/",
    "/invitations/",
)
"""Paths that are no pages for buyers, with all below them: a link to them could only do harm."""
MOST_CHANNELS = 10
NOTE_LENGTH = 500


class AffiliateChannel(StrEnum):
    """Where an affiliate reaches its public."""

    BLOG = "BLOG"
    NEWSLETTER = "NEWSLETTER"
    PODCAST = "PODCAST"
    INSTAGRAM = "INSTAGRAM"
    TIKTOK = "TIKTOK"
    YOUTUBE = "YOUTUBE"
    FACEBOOK = "FACEBOOK"
    OTHER = "OTHER"


class LinkStatus(StrEnum):
    """ACTIVE links lead to the target and earn; DISABLED ones lead there and earn nothing."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class AffiliateEventKind(StrEnum):
    """What statistics are made of."""

    CLICK = "CLICK"
    CONVERSION = "CONVERSION"
    CLAW_BACK = "CLAW_BACK"


class ConversionStatus(StrEnum):
    """HELD for a look, PENDING until it can not be cancelled for free, DUE to be paid, PAID; or it came to nothing."""

    HELD = "HELD"
    PENDING = "PENDING"
    DUE = "DUE"
    PAID = "PAID"
    CLAWED_BACK = "CLAWED_BACK"
    REJECTED = "REJECTED"


class HeldBecause(StrEnum):
    """Why somebody is to look at a conversion before it earns."""

    OWN_ACCOUNT = "OWN_ACCOUNT"
    OWN_EMAIL = "OWN_EMAIL"
    OWN_PARTNER = "OWN_PARTNER"
    DUPLICATE = "DUPLICATE"


@dataclass(frozen=True, slots=True)
class AlreadyAffiliate(Refusal):
    """The person is an affiliate already."""

    code: ClassVar[str] = "ALREADY_AFFILIATE"

    @property
    def message(self) -> str:
        return "You are an affiliate already."


@dataclass(frozen=True, slots=True)
class LinkCodeTaken(Refusal):
    """Another link has this code."""

    code: ClassVar[str] = "LINK_CODE_TAKEN"
    hint: ClassVar[str | None] = "Choose another code, or leave it out to be given one."
    taken: str

    @property
    def message(self) -> str:
        return f"The code {self.taken!r} is taken."


@dataclass(frozen=True, slots=True)
class ConversionNotHeld(Refusal):
    """The conversion does not wait for a decision."""

    code: ClassVar[str] = "CONVERSION_NOT_HELD"
    found: ConversionStatus

    @property
    def message(self) -> str:
        return f"The conversion is {self.found}; only a HELD one is decided on."


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose link led to a sale, and what it earns; `held_because` is empty where nothing looks odd."""

    link_id: UUID
    commission: Commission
    held_because: tuple[HeldBecause, ...]
    buyer_hash: bytes

    def kept(self) -> dict[str, object]:
        """Return it as it is kept with a checkout until that is paid."""
        return {
            "link_id": str(self.link_id),
            "bps": self.commission.bps,
            "owner_id": str(self.commission.owner_id),
            "affiliate_id": str(self.commission.affiliate_id),
            "held_because": list(self.held_because),
            "buyer_hash": self.buyer_hash.hex(),
        }


def attribution_of(kept: Mapping[str, Any]) -> Attribution:
    """Return what `Attribution.kept` kept."""
    return Attribution(
        link_id=UUID(kept["link_id"]),
        commission=Commission(kept["bps"], UUID(kept["owner_id"]), UUID(kept["affiliate_id"])),
        held_because=tuple(map(HeldBecause, kept["held_because"])),
        buyer_hash=bytes.fromhex(kept["buyer_hash"]),
    )


@dataclass(frozen=True, slots=True)
class Referral:
    """What is known of a buyer and of whose link it came by."""

    affiliate_account: str
    affiliate_hash: bytes
    affiliate_partner_ids: Collection[UUID]
    buyer_account: str
    buyer_hash: bytes
    seller_ids: Collection[UUID]
    buyer_partner_ids: Collection[UUID]
    has_bought: bool
    """The same buyer came by the same link a moment ago."""


def odd_about(referral: Referral) -> tuple[HeldBecause, ...]:
    """Return what makes a sale look like an affiliate's own, or counted twice; nothing for most."""
    own = set(referral.affiliate_partner_ids)
    found = {
        HeldBecause.OWN_ACCOUNT: referral.affiliate_account == referral.buyer_account,
        HeldBecause.OWN_EMAIL: referral.affiliate_hash == referral.buyer_hash,
        HeldBecause.OWN_PARTNER: bool(own.intersection((*referral.seller_ids, *referral.buyer_partner_ids))),
        HeldBecause.DUPLICATE: referral.has_bought,
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


def is_attributed(clicked_at: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether a click still counts for a sale."""
    return clicked_at <= now <= clicked_at + ATTRIBUTION


def status_at_sale(
    held_because: Collection[HeldBecause], *, due_at: dt.datetime, now: dt.datetime
) -> ConversionStatus:
    """Return where a conversion begins."""
    if held_because:
        return ConversionStatus.HELD
    return ConversionStatus.DUE if due_at <= now else ConversionStatus.PENDING


def status_after_review(*, is_approved: bool, due_at: dt.datetime, now: dt.datetime) -> ConversionStatus:
    """Return where a held conversion goes on."""
    return status_at_sale((), due_at=due_at, now=now) if is_approved else ConversionStatus.REJECTED


def status_after_claw_back(status: ConversionStatus, *, left_minor: int) -> ConversionStatus:
    """Return what a conversion is of which so much is left: nothing left is CLAWED_BACK, whatever it was."""
    return ConversionStatus.CLAWED_BACK if left_minor == 0 else status


def is_target(path: str) -> bool:
    """Tell whether a path is one of a page for buyers; asked again when it is followed, for rules grow stricter."""
    place = re.split(r"[?#]", path, maxsplit=1)[0]
    is_path = (
        path.startswith("/")
        and not path.startswith("//")
        and path.isascii()
        and path.isprintable()
        and not any(each in path for each in "\\ <>\"'")
        and not any(each in place for each in ("..", "//", "%"))
    )
    return is_path and not f"{place.rstrip('/')}/".startswith(NO_PAGES)


def check_target(path: str) -> str:
    """Return the page of ours a link leads to: a path, so that it can not lead to another host. Refuses: InvalidInput."""
    path = check_line("target", path, longest=LONGEST_TARGET)
    if not is_target(path):
        raise Refused(
            InvalidInput("target", "must be the path of a page for buyers: `/packages/laguna?lang=it`")
        )
    return path


def check_commission(bps: int) -> int:
    """Refuses: InvalidInput."""
    if not 1 <= bps <= MOST_COMMISSION_BPS:
        raise Refused(
            InvalidInput(
                "commission_percent", f"must be more than 0 and at most {MOST_COMMISSION_BPS // 100}"
            )
        )
    return bps


def check_link_code(code: str) -> str:
    """Refuses: InvalidInput."""
    code = code.strip().lower()
    if not CODE.fullmatch(code):
        raise Refused(
            InvalidInput("code", "must have 3 to 32 letters, digits and dashes, no dash at the ends")
        )
    return code


def make_link_code(random_bytes: bytes) -> str:
    """Return a code out of CODE_LENGTH random bytes."""
    return "".join(CODE_ALPHABET[each % len(CODE_ALPHABET)] for each in random_bytes[:CODE_LENGTH])


def check_web_site(web_site: str | None) -> str | None:
    """Refuses: InvalidInput."""
    if web_site is None:
        return None
    return check_links([web_site])[0]


def check_channels(channels: Collection[AffiliateChannel]) -> list[str]:
    """Return the channels, once each, sorted. Refuses: InvalidInput."""
    if not 1 <= len(channels) <= MOST_CHANNELS:
        raise Refused(InvalidInput("channels", f"must be from 1 to {MOST_CHANNELS}"))
    return sorted({each.value for each in channels})


def check_terms(version: int) -> int:
    """Refuses: InvalidInput for any but the conditions as they are now."""
    if version != TERMS_VERSION:
        raise Refused(
            InvalidInput("accepted_terms", f"must be {TERMS_VERSION}, the conditions as they are now")
        )
    return version
