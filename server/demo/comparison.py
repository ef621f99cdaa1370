"""The figures of the file beside the figures of the platform, one line each."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from domain.inventory import Channel
from server.demo.expected import Figures
from server.demo.offer import CURRENCY
from server.demo.replay import HoldTime, Record
from server.demo.told import Told

CLOCK_TOLERANCE = Decimal("0.05")
"""Seconds: two clocks of one machine, read at different moments."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure: what it must be, what the platform says."""

    figure: str
    expected: str
    said: str
    holds: bool


def compare(figures: Figures, told: Told, record: Record, *, tag: str) -> list[Check]:
    """Compare everything; a check that does not hold is a difference."""
    return [
        *_pools(figures, told),
        *_reservations(figures, told),
        _refused(figures.refused, record.refused),
        *(check for channel in Channel for check in _orders(figures, told, channel.value, tag)),
        *_reseller_report(figures, told, record),
        *_platform_report(figures, told),
    ]


def _pools(figures: Figures, told: Told) -> Iterator[Check]:
    for (sku, channel), expected in sorted(figures.pools.items()):
        said = told.pools[sku, channel]
        name = f"{sku} {channel}"
        yield _same(
            f"{name}: allocated, held, sold, available",
            f"{expected.allocated}, 0, {expected.sold}, {expected.available}",
            f"{said.allocated}, {said.held}, {said.sold}, {said.available}",
        )
        yield _same(
            f"{name}: journal held, sold, cancelled, expired",
            f"{expected.held_ever}, {expected.sold}, {expected.cancelled}, {expected.expired}",
            f"{said.held_ever}, {said.sold_ever}, {said.cancelled}, {said.expired}",
        )
        if channel == Channel.OTA:
            yield _same(f"{name}: available to the reseller", expected.available, told.by_resellers[sku])


def _reservations(figures: Figures, told: Told) -> Iterator[Check]:
    for channel, counts in told.reservations.items():
        names = ", ".join(status.lower() for status in counts)
        yield _same(
            f"Reservations {channel}: {names}",
            ", ".join(str(figures.count(channel, status)) for status in counts),
            ", ".join(str(number) for number in counts.values()),
        )


def _orders(figures: Figures, told: Told, channel: str, tag: str) -> Iterator[Check]:
    expected = {f"pay-{tag}-{number}": cents for number, cents in figures.orders(channel).items()}
    said = told.orders[channel]
    yield _same(f"Orders {channel}", len(expected), sum(len(amounts) for amounts in said.values()))
    wrong = sorted(
        reference
        for reference in expected.keys() | said.keys()
        if said.get(reference) != ([_euros(expected[reference])] if reference in expected else None)
    )
    yield _same(f"Orders {channel} that differ in amount or number", _few([]), _few(wrong))
    total = sum((amount for amounts in said.values() for amount in amounts), start=Decimal(0))
    yield _same(
        f"Revenue {channel}, summed over the orders",
        _money(figures.revenue(channel)),
        f"{total:.2f} {CURRENCY}",
    )


def _reseller_report(figures: Figures, told: Told, record: Record) -> Iterator[Check]:
    report = told.reseller_report
    if report is None:
        return
    activated, cancelled, expired = (figures.count("OTA", it) for it in ("ACTIVATED", "CANCELLED", "EXPIRED"))
    ended = activated + cancelled + expired
    yield _same(
        "Reseller report: holds created, activated, cancelled, expired",
        f"{ended}, {activated}, {cancelled}, {expired}",
        ", ".join(
            str(report["holds"][name]["holds"]) for name in ("created", "activated", "cancelled", "expired")
        ),
    )
    yield _same(
        "Reseller report: activation rate", _rate(activated, ended), report["activationRate"]["value"]
    )
    yield _same("Reseller report: expiry rate", _rate(expired, ended), report["expiryRate"]["value"])
    yield _same(
        "Reseller report: revenue", _money(figures.revenue("OTA")), _revenue(report["revenue"], "OTA")
    )
    if activated:
        yield _hold_time(record.hold_times[Channel.OTA], Decimal(report["averageHoldTime"]["value"]))


def _platform_report(figures: Figures, told: Told) -> Iterator[Check]:
    report = told.platform_report
    if report is None:
        return
    for channel in Channel:
        yield _same(
            f"Platform report: revenue {channel}",
            _money(figures.revenue(channel)),
            _revenue(report["sales"], channel),
        )
    yield _same("Platform report: pools oversold", 0, report["oversellIncidents"]["value"])
    yield _same("Platform report: pools whose counters drifted", 0, report["drift"]["value"])


def _hold_time(seen: list[HoldTime], said: Decimal) -> Check:
    """The average lies between the shortest and the longest it can be by our clock, to the digits it is shown with."""
    exponent = said.as_tuple().exponent
    half_a_digit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2
    tolerance = CLOCK_TOLERANCE + half_a_digit
    shortest = Decimal(sum(each.shortest for each in seen) / len(seen))
    longest = Decimal(sum(each.longest for each in seen) / len(seen))
    holds = shortest - tolerance <= said <= longest + tolerance
    expected = f"{shortest:.2f} … {longest:.2f} s ± {tolerance.normalize():f}"
    return Check("Reseller report: average hold time (our clock)", expected, f"{said} s", holds)


def _same(figure: str, expected: object, said: object) -> Check:
    return Check(figure, str(expected), str(said), str(expected) == str(said))


def _rate(part: int, whole: int) -> str:
    return str((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if whole else "None"


def _revenue(sales: list[dict[str, Any]], channel: str) -> str:
    amounts = [
        each["revenue"]
        for each in sales
        if each["channel"] == channel and each["revenue"]["currency"] == CURRENCY
    ]
    return f"{amounts[0]['amount']} {CURRENCY}" if amounts else _money(0)


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _money(cents: int) -> str:
    return f"{_euros(cents):.2f} {CURRENCY}"


def _refused(expected: set[int], said: set[int]) -> Check:
    """The very same rows must have been refused."""
    return Check(
        "Rows refused for want of units",
        _rows(expected - said, expected),
        _rows(said - expected, said),
        expected == said,
    )


def _rows(alone: set[int], rows: set[int]) -> str:
    return (
        f"{len(rows)}, alone here: {_few([str(number) for number in sorted(alone)])}"
        if alone
        else str(len(rows))
    )


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown or "none"
