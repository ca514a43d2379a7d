"""Servers that give back something else than what was sent."""

import unicodedata
from typing import Any

from tests.defects.defect import Call, Defect, Json, kept, told

NOTE, NUMBER, STAMP, REASON = "refund_note", "check_number", "refund_timestamp", "refund_reason"


def _texts(name: str, sentence: str, field: str, change: Any) -> Defect:
    def changed(call: Call, record: Json) -> Json:
        return {**record, field: change(record[field])} if field in record else record

    return kept(name, sentence)(changed)


def _cut_fraction(stamp: str, digits: int) -> str:
    whole, _, fraction = stamp.removesuffix("Z").partition(".")
    short = fraction[:digits]
    return f"{whole}.{short}Z" if short else f"{whole}Z"


_FIELDS = (
    _texts("note-is-trimmed", "Cuts blanks off both ends of a note.", NOTE, str.strip),
    _texts("note-is-cut-at-255", "Keeps 255 letters of a note.", NOTE, lambda t: t[:255]),
    _texts("note-is-cut-at-4096", "Keeps 4,096 letters of a note.", NOTE, lambda t: t[:4096]),
    _texts(
        "note-is-normalized",
        "Normalizes a note to composed letters.",
        NOTE,
        lambda t: unicodedata.normalize("NFC", t),
    ),
    _texts(
        "note-loses-carriage-returns",
        "Writes line ends of a note in one way.",
        NOTE,
        lambda t: t.replace("\r\n", "\n"),
    ),
    _texts(
        "note-loses-control-characters",
        "Leaves NUL and its like out of a note.",
        NOTE,
        lambda t: "".join(c for c in t if c >= " " or c in "\t\r\n"),
    ),
    _texts(
        "note-loses-emoji",
        "Writes a question mark for letters of four bytes.",
        NOTE,
        lambda t: "".join(c if c < "\U00010000" else "?" for c in t),
    ),
    _texts("check-number-is-trimmed", "Cuts blanks off a check number.", NUMBER, str.strip),
    _texts(
        "check-number-is-a-number",
        "Cuts leading zeros off a check number.",
        NUMBER,
        lambda t: str(int(t)) if t.isdecimal() else t,
    ),
    _texts(
        "check-number-is-cut-at-16", "Keeps 16 letters of a check number.", NUMBER, lambda t: t[:16]
    ),
    _texts(
        "check-number-loses-its-kind-of-blank",
        "Writes a no-break space of a check number as a space.",
        NUMBER,
        lambda t: t.replace("\u00a0", " "),
    ),
    _texts(
        "amount-stops-below-2-31",
        "Keeps 2147483647 cents as one cent less.",
        "amount_cents",
        lambda cents: min(cents, 2**31 - 2),
    ),
    _texts(
        "reason-transfer-is-overcharged",
        "Keeps the reason TRANSFER as OVERCHARGED.",
        REASON,
        lambda text: text.replace("TRANSFER", "OVERCHARGED"),
    ),
    _texts(
        "timestamp-in-whole-seconds",
        "Cuts the fraction off a timestamp.",
        STAMP,
        lambda text: _cut_fraction(text, 0),
    ),
    _texts(
        "timestamp-in-microseconds",
        "Keeps six digits of a timestamp's fraction.",
        STAMP,
        lambda text: _cut_fraction(text, 6),
    ),
)


@kept("timestamp-loses-its-offset", "Takes the clock of a timestamp and ignores its offset.")
def _loses_offset(call: Call, record: Json) -> Json:
    sent = call.sent.get(STAMP)
    return {**record, STAMP: sent[:19].upper() + "Z"} if sent else record


@kept("timestamp-is-now-when-absent", "Takes the time of day where no timestamp was sent.")
def _now(call: Call, record: Json) -> Json:
    return {STAMP: "2024-01-15T09:30:00Z", **record}


@kept("note-is-empty-when-absent", "Keeps an empty note where none was sent.")
def _empty_note(call: Call, record: Json) -> Json:
    return {NOTE: "", **record}


@kept("note-of-nothing-is-absent", "Takes an empty note for none.")
def _no_note(call: Call, record: Json) -> Json:
    return {k: v for k, v in record.items() if k != NOTE or v}


@kept("invoice-is-forgotten", "Does not keep the invoice.")
def _no_invoice(call: Call, record: Json) -> Json:
    return {k: v for k, v in record.items() if k != "invoice_id"}


@kept("null-is-kept", "Keeps a null that was sent, and answers it.")
def _nulls(call: Call, record: Json) -> Json:
    return record | {k: None for k, v in call.sent.items() if v is None and k != "surprise"}


@kept("null-reason-is-a-transfer", "Reads a null reason as TRANSFER.")
def _null_reason(call: Call, record: Json) -> Json:
    return {**record, REASON: "TRANSFER"} if call.sent.get(REASON, "") is None else record


@kept("payer-is-the-first", "Shows the first payer, whichever was named.")
def _first_payer(call: Call, record: Json) -> Json:
    payers = call.world.state.organization.payers
    return {**record, "non_insurance_payer": next(iter(payers.values()))}


@told("payer-loses-its-trials", "Shows every payer without its clinical trials.")
def _no_trials(record: Json) -> Json:
    return {
        **record,
        "non_insurance_payer": {**record["non_insurance_payer"], "clinical_trials": []},
    }


@told("fifth-payer-loses-its-name", "Shows one payer under another name.")
def _renamed(record: Json) -> Json:
    payer = record["non_insurance_payer"]
    other = payer if payer["name"] != "Payer 5" else {**payer, "name": "Payer 1"}
    return {**record, "non_insurance_payer": other}


@told("payer-is-an-id", "Shows the payer's id in place of the payer.")
def _payer_id(record: Json) -> Json:
    payer = record["non_insurance_payer"]
    return {**record, "non_insurance_payer": payer["non_insurance_payer_id"]}


DEFECTS: tuple[Defect, ...] = (
    *_FIELDS,
    _loses_offset,
    _now,
    _empty_note,
    _no_note,
    _no_invoice,
    _nulls,
    _null_reason,
    _first_payer,
    _no_trials,
    _renamed,
    _payer_id,
)
