"""What one sandbox is told when it starts."""

from dataclasses import dataclass, field
from pathlib import Path

from integrations.stripe.sandbox.faults import Faults


@dataclass(frozen=True, slots=True)
class Hook:
    """An endpoint that is there from the start, for one of the two worlds."""

    url: str
    secret: str
    live: bool
    types: tuple[str, ...] = ("*",)
    """Of what it is told."""


@dataclass(slots=True)
class Options:
    """Delays are seconds, fees basis points and minor units."""

    test_key: str
    live_key: str
    data_dir: Path | None = None
    """Where the file is; None keeps everything in memory."""
    public_url: str = ""
    """Where its pages are reached; empty: where it listens."""
    hooks: tuple[Hook, ...] = ()
    funds_after: float = 0.0
    """From a payment until its money is available."""
    processing_for: float = 1.0
    """How long a slow payment, a pending refund and a verification take."""
    payout_after: float = 1.0
    """From a payout until it is paid, or fails."""
    dispute_after: float = 0.0
    fee_bps: int = 0
    fee_minor: int = 0
    dispute_fee_minor: int = 0
    retry_after: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 10_800.0)
    """Seconds until each next try of a delivery; after the last one it is given up."""
    webhook_timeout: float = 10.0
    lanes: int = 8
    """Deliveries to one endpoint at a time. Those about one object follow one another."""
    faults: Faults = field(default_factory=Faults)
