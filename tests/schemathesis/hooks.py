"""What Schemathesis sends as a date-time: one whose instant is of the years 0001 to 9999 in UTC.

By itself it also sends 0001-01-01T00:00:00+07:00, which RFC 3339 allows and the API cannot keep.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import schemathesis
from hypothesis import strategies as st

_OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
_YEARS = st.datetimes(timezones=_OFFSETS).filter(lambda moment: 1 < moment.year < 9999)

schemathesis.openapi.format("date-time", _YEARS.map(datetime.isoformat))
