"""Servers that answer with another status than promised."""

from collections.abc import Callable
from dataclasses import replace

from contracts.model import REFUNDS, Outcome
from contracts.targets.target import Reply, Request
from tests.defects.defect import Call, Defect, by_rules, decided, in_bytes, said

_BAD = Outcome(422, "UnprocessableEntityError", "body-shape")


def _says(name: str, sentence: str, method: str, right: int, wrong: int, path: str = "") -> Defect:
    def said_otherwise(request: Request, reply: Reply) -> Reply:
        due = (request.method, reply.status) == (method, right) and request.path.startswith(
            path or REFUNDS
        )
        return replace(reply, status=wrong) if due else reply

    return said(name, sentence)(said_otherwise)


_STATUSES = (
    _says("create-is-201", "Answers a create with 201.", "POST", 200, 201),
    _says("create-refusal-is-400", "Refuses a create with 400.", "POST", 422, 400),
    _says("update-refusal-is-400", "Refuses an update with 400.", "PATCH", 422, 400),
    _says("list-refusal-is-400", "Refuses a list with 400.", "GET", 422, 400),
    _says("delete-missing-is-422", "Answers an unknown delete with 422.", "DELETE", 404, 422),
    _says("update-missing-is-422", "Answers an unknown update with 422.", "PATCH", 404, 422),
    _says("method-not-allowed-is-404", "Answers another method with 404.", "PUT", 405, 404),
    _says("method-not-allowed-is-501", "Answers another method with 501.", "PUT", 405, 501),
)


@said("delete-is-204", "Answers a delete with 204.")
def _no_content(request: Request, reply: Reply) -> Reply:
    due = request.method == "DELETE" and reply.status == 200
    return replace(in_bytes(reply, b""), status=204) if due else reply


Test = Callable[[Call, Outcome], object]


def _instead(name: str, sentence: str, test: Test, outcome: Outcome) -> Defect:
    """A defect that puts one outcome in place of another."""

    def otherwise(call: Call, right: Outcome) -> Outcome:
        return outcome if test(call, right) else right

    return decided(name, sentence)(otherwise)


def _rule(rule: str) -> Test:
    return lambda call, right: right.rule == rule and right.status != 200


_CRASH = Outcome(500, "InternalServerError")


def _crash(name: str, sentence: str, test: Callable[[Call], object]) -> Defect:
    return _instead(name, sentence, lambda call, right: test(call), _CRASH)


def _has(piece: bytes, operation: str = "") -> Callable[[Call], bool]:
    return lambda call: piece in (call.request.body or b"") and call.operation.startswith(operation)


def _asked(piece: str) -> Callable[[Call], bool]:
    return lambda call: call.operation == "get_multi" and piece in call.request.query_text


_INSTEAD = (
    _instead(
        "unknown-payer-is-422", "Refuses an unknown payer with 422.", _rule("payer-exists"), _BAD
    ),
    _instead(
        "unknown-invoice-is-422",
        "Refuses an unknown invoice with 422.",
        lambda call, right: right.rule == "invoice-exists" and call.operation == "create",
        _BAD,
    ),
    _instead(
        "unknown-invoice-in-update-is-422",
        "Refuses to set an unknown invoice with 422.",
        lambda call, right: right.rule == "invoice-exists" and call.operation == "update",
        _BAD,
    ),
    _instead(
        "unknown-target-is-422", "Refuses an unknown target with 422.", _rule("target-exists"), _BAD
    ),
    _instead(
        "existence-before-shape",
        "Looks for the payer before it reads the rest.",
        lambda call, right: (
            right.rule == "body-shape"
            and "invoice_id" in call.sent
            and call.sent.get("non_insurance_payer_id") not in call.world.state.organization.payers
            and call.sent.get("refund_reason") == "NONE"
        ),
        Outcome(404, "EntityNotFoundError", "payer-exists", "none"),
    ),
)


@decided("invoice-before-payer", "Looks for the invoice before the payer.")
def _invoice_first(call: Call, outcome: Outcome) -> Outcome:
    invoice = call.sent.get("invoice_id")
    both = outcome.rule == "payer-exists" and invoice is not None
    if not both or invoice in call.world.state.organization.invoices:
        return outcome
    return Outcome(404, outcome.error_name, "invoice-exists", invoice)


@decided("missing-invoice-names-payer", "Names the payer in the 404 of an unknown invoice.")
def _payer(call: Call, outcome: Outcome) -> Outcome:
    if call.operation != "create" or outcome.rule != "invoice-exists":
        return outcome
    return replace(outcome, missing=call.sent["non_insurance_payer_id"])


@decided("second-equal-create-is-409", "Refuses a create equal to one before.")
def _conflict(call: Call, outcome: Outcome) -> Outcome:
    if call.operation != "create" or outcome.status != 200:
        return outcome
    seen = call.memory.setdefault("bodies", set())
    again = call.request.body in seen
    seen.add(call.request.body)
    return Outcome(409, "ConflictError") if again else outcome


_STUMBLES = (
    _crash(
        "stumbles-over-broken-json",
        "Fails over a body that ends too soon.",
        lambda call: call.request.body == b"{",
    ),
    _crash("stumbles-over-deep-json", "Fails over a body of 2,000 levels.", _has(b"[" * 500)),
    _crash("stumbles-over-long-numbers", "Fails over a number of 5,000 digits.", _has(b"9" * 5000)),
    _crash(
        "stumbles-over-a-list",
        "Fails over an update that is a list.",
        lambda call: call.operation == "update" and call.request.body == b"[]",
    ),
    _crash("stumbles-over-nul", "Fails over a NUL in a note.", _has(b"\\u0000")),
    _crash("stumbles-over-bad-query", "Fails over a query that is no UTF-8.", _asked("%ff")),
    _crash(
        "stumbles-over-long-queries", "Fails over a query of 4,000 letters.", _asked("9" * 1000)
    ),
    _crash(
        "stumbles-over-words-for-ids",
        "Fails over a word for an id.",
        lambda call: call.operation == "get" and call.prediction.target == "null",
    ),
)
_RULES = (
    by_rules("type-need-not-be-json", "Reads any type of body.", "strict", content_type="warn"),
    by_rules("unknown-field-is-refused", "Refuses an unknown field.", unknown_field="enforce"),
    by_rules("disabled-payer-is-refused", "Refuses a disabled payer.", payer_enabled="enforce"),
    by_rules("amount-of-nothing-is-let-in", "Refunds nothing and less.", amount_positive="off"),
)
DEFECTS: tuple[Defect, ...] = (
    *_STATUSES,
    _no_content,
    *_INSTEAD,
    _invoice_first,
    _payer,
    _conflict,
    *_STUMBLES,
    *_RULES,
)
