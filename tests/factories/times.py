"""The moment at which tests begin: a Wednesday, also in Hong Kong."""

import datetime as dt

NOW = dt.datetime(2026, 11, 18, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
