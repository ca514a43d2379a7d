"""Records as one test file that needs pytest alone and runs as it is."""

import json
from collections.abc import Sequence
from inspect import getsource

from contracts.model import REFUNDS, values
from contracts.payloads import matcher
from contracts.payloads.formats import part
from contracts.payloads.record import Record
from contracts.safety.hosts import PRODUCTION


def render(records: Sequence[Record]) -> str:
    """The file: a runner, and the records as lines of JSON in it."""
    # The matcher that `payloads verify` uses, to stand in a file of its own.
    lines = (getsource(values) + getsource(matcher)).splitlines()
    own = "\n".join(line for line in lines if not line.startswith("from contracts."))
    runner = part("runner.txt").replace("@@MATCHER@@", own)
    runner = runner.replace("@@REFUNDS@@", REFUNDS).replace("@@PRODUCTION@@", PRODUCTION)
    rows = "\n".join(json.dumps(record.to_json(), separators=(",", ":")) for record in records)
    # Within a raw text nothing but its own quotes could end it, and JSON holds none three together
    # that are not escaped here.
    return runner.replace("@@RECORDS@@", rows.replace("'''", "\\u0027\\u0027\\u0027"))
