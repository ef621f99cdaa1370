"""When the three weeks are, and what goes wrong in them."""

import datetime as dt

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
BEGINS_AT = dt.datetime(2026, 10, 12, tzinfo=dt.UTC)
"""A Monday; in the second night from Saturday to Sunday clocks are put back in Europe, in the third in America."""
ENDS_AT = BEGINS_AT + 21 * DAY
MAIL_DOWN = (BEGINS_AT + 2 * DAY + 9 * HOUR, BEGINS_AT + 2 * DAY + 16 * HOUR)
STRANGER = BEGINS_AT + 4 * DAY + 11 * HOUR
TWO_WORKERS = (BEGINS_AT + 7 * DAY, BEGINS_AT + 10 * DAY)
BACK_FROM_LEAVE = BEGINS_AT + 9 * DAY
ERASURE = BEGINS_AT + 9 * DAY + 10 * HOUR + dt.timedelta(seconds=29)
WORKER_AWAY = (BEGINS_AT + 11 * DAY + 17 * HOUR, BEGINS_AT + 14 * DAY + 6 * HOUR)
