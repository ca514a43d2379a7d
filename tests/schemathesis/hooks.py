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
_FIRST, _LAST = datetime(1, 1, 2), datetime(9999, 12, 30, 23, 59, 59)

schemathesis.openapi.format(
    "date-time", st.datetimes(_FIRST, _LAST, timezones=_OFFSETS).map(datetime.isoformat)
)
