"""A reseller's day on real input: `./interline demo` replays a hotel's bookings through the public API.

The rules of the day. Two sides work by them and share no code: the replay (`replay`, `offer`, `source`), and
the figures it is compared with (`expected`).

1. Rows. All of the table, or N of them, evenly spread: the rows at floor(i * rows / N), counted from 0.
2. Products. One per reserved room type, SKU `CITY-<type>`; a unit is the stay of one guest. Adults are ADULT,
   children and babies CHILD, "NA" is none; a row without guests is one adult.
3. Days. The day of arrival, the whole season moved by the fewest weeks that bring its first day after today.
4. Channels. TA/TO and GDS sell by the reseller's key on OTA, everybody else by the operator's people on DIRECT.
5. Prices, EUR, a unit. An adult: the median of the type's rates above zero, to the cent, half a cent up (50.00
   where there is none). A child: half of it, half a cent up, and nothing else. Adults arriving on a Friday or
   Saturday add 15.00, those arriving on the busiest day (most rows; the earliest of several) add 25.00.
6. Units. For each channel a unit for every guest of its rows. Only the second most booked type (by name where
   equal) is scarce on OTA: a unit for every second guest of its rows who came, rounded up.
7. Endings. Check-Out is held and activated, Canceled held and cancelled, No-Show held for a minute and left.
   Scarce rows go one after the other in the table's order, those left to expire last; who does not fit is refused.
"""

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Live the day; return 0 when every figure agrees, 1 when one differs, 2 when the day could not be lived."""
    from server.demo import command  # noqa: PLC0415 - whoever reads a figure needs no command line

    return command.run(arguments)
