"""The plugin as a project that uses it sees it: fixtures, marker, report and options."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import httpcore
import httpx
import pytest

from mockserver.plugin.stand_ins import StandIn
from mockserver.plugin.wishes import Wish
from mockserver.plugin.worlds import fresh, world_name
from mockserver.state.names import is_name
from tests.benchmarks.plugin import OWN
from tests.serving import environment

pytest_plugins = ["pytester"]

FIRST_IMPORTED = (httpcore,)
"""What httpx imports late, and knows by identity: a run within this process would forget it."""

IN_PROCESS = "--mockserver-in-process"
HEAD = """
import asyncio

import httpx
import pytest

REFUNDS = "/api/non-insurance-payer-refunds/v1"
BODY = {
    "non_insurance_payer_id": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "amount_cents": 1,
    "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
}

@pytest.fixture
def http(mockserver_world):
    headers = {"Authorization": "Bearer any"}
    world = mockserver_world
    with httpx.Client(base_url=world.api_url, headers=headers, transport=world.transport) as http:
        yield http

"""

Ran = pytest.RunResult


def ran(pytester: pytest.Pytester, tests: str, *options: str) -> Ran:
    """What comes of these tests in a project of their own."""
    pytester.makepyfile(HEAD + tests)
    return pytester.runpytest("-p", "no:cacheprovider", "-p", "no:schemathesis", *options)


FRESH = """
@pytest.mark.parametrize("number", [1, 2])
def test_a_world_is_fresh(http, mockserver_world, number):
    assert mockserver_world.describe()["refunds"] == 48
    assert mockserver_world.journal() == mockserver_world.faults() == []
    assert http.post(REFUNDS, json=BODY).status_code == 200
    assert mockserver_world.describe()["refunds"] == 49
    mockserver_world.fault(operation="*", answer=503)
    mockserver_world.set_clock("frozen", at="2001-01-01T00:00:00Z")

def test_the_sdk_is_in_it(mockserver_sdk, mockserver_world):
    assert len(mockserver_sdk.non_insurance_payer_refunds.v_1.get_multi(limit=2).items) == 2
    operations = [call["operation"] for call in mockserver_world.journal()]
    assert operations == ["auth.get_token", "non_insurance_payer_refunds.get_multi"]

def test_so_is_the_async_sdk(mockserver_async_sdk, mockserver_world):
    refunds = mockserver_async_sdk.non_insurance_payer_refunds.v_1
    assert len(asyncio.run(refunds.get_multi(limit=2)).items) == 2
    operations = [call["operation"] for call in mockserver_world.journal()]
    assert operations == ["auth.get_token", "non_insurance_payer_refunds.get_multi"]

def test_a_client_id_leads_to_it(mockserver_world):
    world = mockserver_world
    with httpx.Client(base_url=world.base_url, transport=world.transport) as http:
        pair = {"client_id": world.client_id, "client_secret": "x"}
        token = http.post("/api/auth/v2/token", json=pair).json()["access_token"]
        answer = http.get(REFUNDS, headers={"Authorization": f"Bearer {token}"})
    assert answer.headers["Mock-World"] == world.client_id
    world.verify({"operation": "auth.get_token"}, {"operation": "*.get_multi"}, in_order=True)

def test_an_async_client_reaches_it(mockserver_world):
    async def status():
        async with httpx.AsyncClient(
            base_url=mockserver_world.api_url,
            transport=mockserver_world.transport,
            headers={"Authorization": "Bearer any"},
        ) as http:
            return (await http.get(REFUNDS)).status_code

    assert asyncio.run(status()) == 200

def test_a_world_may_be_deleted(mockserver_world):
    mockserver_world.delete()
"""


@pytest.mark.parametrize("options", [(), (IN_PROCESS,), ("-n2", "--dist=worksteal")], ids=str)
def test_each_test_has_a_fresh_world(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    """Served, in process and under xdist, no test sees what another has done."""
    tests = FRESH
    if IN_PROCESS not in options:
        tests += '\ndef test_url(mockserver_url): assert mockserver_url.startswith("http://127.")\n'
    result = ran(pytester, tests, *options)
    result.assert_outcomes(passed=7 + (IN_PROCESS not in options), warnings=ANY_WARNINGS)


def test_many_tests_steer_worlds_of_their_own(pytester: pytest.Pytester) -> None:
    """Tests that each set faults, move the clock and read the journal never see each other."""
    pytester.makepyfile(OWN.format(tests=40))
    result = pytester.runpytest("-p", "no:schemathesis", "-n2")
    result.assert_outcomes(passed=40, warnings=ANY_WARNINGS)


class _Any(int):
    """The SDK warns of how it was written; how often does not matter."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int)

    __hash__ = int.__hash__


ANY_WARNINGS = _Any()


MARKED = """
pytestmark = pytest.mark.mockserver(fixture="empty", clock="2024-02-29T12:00:00Z")

def test_the_module_s_marker_counts(mockserver_world):
    assert mockserver_world.describe()["refunds"] == 0
    assert mockserver_world.clock() == {"mode": "frozen", "now": "2024-02-29T12:00:00Z"}

@pytest.mark.mockserver(fixture="default", rules={"payer-exists": "warn"})
def test_the_nearest_counts(http, mockserver_world):
    assert mockserver_world.describe()["refunds"] == 48
    assert mockserver_world.clock()["now"] == "2024-02-29T12:00:00Z"
    body = {**BODY, "non_insurance_payer_id": "00000000-0000-4000-8000-000000000000"}
    assert "payer-exists" in http.post(REFUNDS, json=body).headers["Mock-Warning"]

@pytest.mark.mockserver(profile="strict", clock={"mode": "ticking", "tick_seconds": 60})
def test_profile_and_ticking(http, mockserver_world):
    assert http.post(REFUNDS, json={**BODY, "added": 1}).status_code == 422
    assert mockserver_world.clock()["mode"] == "ticking"

@pytest.mark.mockserver(limits={"requests": "1/10", "headers": "retry-after"})
def test_limits(http):
    assert [http.get(REFUNDS).status_code for _ in range(2)] == [200, 429]

@pytest.mark.mockserver(
    faults=["*.create=after-503", {"operation": "*.get_multi", "first": 1, "answer": 504}],
    fixture=None,
)
def test_faults(http, mockserver_world):
    assert http.post(REFUNDS, json=BODY).status_code == 503
    assert [http.get(REFUNDS).status_code for _ in range(2)] == [504, 200]
    assert mockserver_world.describe()["refunds"] == 49

@pytest.mark.mockserver(faults="*.create=reset", fixture="mine.json", in_process=True)
def test_one_fault_and_a_file(http, mockserver_world):
    assert (mockserver_world.transport is not None, len(mockserver_world.faults())) == (True, 1)
    with pytest.raises(httpx.ReadError):
        http.post(REFUNDS, json=BODY)
"""


@pytest.mark.parametrize("options", [(), (IN_PROCESS,)], ids=str)
def test_markers_say_what_a_world_starts_with(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    """Of several markers the nearest to the test counts, argument by argument."""
    pytester.makefile(".json", mine='{"format": 1, "description": "Nothing."}')
    ran(pytester, MARKED, *options).assert_outcomes(passed=6)


WRONG = {
    "'empty'": '"empty" has no name; write fixture="empty"',
    "fixtur='empty'": "there is no argument fixtur; did you mean fixture? arguments: fixture, ",
    "fixture='emty'": "did you mean empty?",
    "fixture=1": 'fixture is 1; write it as "empty", or the path of a file',
    "fixture='./nowhere.json'": 'fixture "./nowhere.json" is no file: /',
    "profile='strikt'": "profile 'strikt' is not known; use one of default, strict, lenient",
    "rules=['payer-exists']": 'rules is ["payer-exists"]; write it as {"payer-exists": "warn"}',
    "rules={'payer-exist': 'off'}": "did you mean payer-exists?",
    "clock=5": "clock is 5; write it as",
    "clock={'at': '2024-01-01T00:00:00Z'}": "clock is {",
    "clock='noon'": 'at is "noon"; expected an instant with an offset',
    "clock={'mode': 'tick'}": "did you mean ticking?",
    "limits='1/10'": "limits is ",
    "limits={'requests': 'many'}": "rate limit 'many' is not known",
    "faults=1": "faults is 1; write it as",
    "faults=[1]": "faults is 1; write it as",
    "faults='503'": 'fault "503" is not known; write OPERATION=WHAT or JSON',
    "faults='*.creat=503'": "did you mean *.create?",
    "in_process='yes'": 'in_process is "yes"; write it as True',
    "fail_on='warning'": 'there is no "warning" to fail on; did you mean warnings?',
    "fail_on=1": "fail_on is 1; write it as",
}


def test_a_marker_that_is_wrong_is_told(pytester: pytest.Pytester) -> None:
    """Each is an error of its test, one line long, which shows the value and what would do."""
    tests = "".join(
        f"\n@pytest.mark.mockserver({marker})\ndef test_{number}(mockserver_world): pass\n"
        for number, marker in enumerate(WRONG)
    )
    result = ran(pytester, tests, IN_PROCESS)
    result.assert_outcomes(errors=len(WRONG))
    output = result.stdout.str()
    for number, (marker, told) in enumerate(WRONG.items()):
        found = re.search(rf"ERROR at setup of test_{number} _+\n(.*)\n(__|==)", output)
        assert found is not None, (marker, output)
        assert told in found[1], (marker, found[1])


FAILING = """
def test_fails(http):
    http.get(REFUNDS, params={"limit": 1000})
    http.post(REFUNDS, json={**BODY, "added": 1})
    http.get("/api/non-insurance-payer-refund/v1")
    print("printed")
    assert False

@pytest.mark.mockserver(faults="*.create=after-reset")
def test_loses(http):
    http.post(REFUNDS, json=BODY)

def test_calls_nothing(mockserver_world):
    assert False

def test_calls_much(http):
    for _ in range(60):
        http.get(REFUNDS)
    assert False

def test_passes(http):
    http.get(REFUNDS)

def test_has_no_world():
    assert False

@pytest.fixture
def broken(http):
    http.get(REFUNDS)
    raise OSError

def test_fails_in_a_fixture(broken): pass
"""


TOLD = """
*ERROR at setup of test_fails_in_a_fixture*
*- journal of world *test_fails_in_a_fixture-*
1 GET /api/non-insurance-payer-refunds/v1: 200 (non_insurance_payer_refunds.get_multi)
*_ test_fails _*
printed
*- journal of world *test_fails-*
1 GET /api/non-insurance-payer-refunds/v1?limit=1000: 422 (non_insurance_payer_refunds.get_multi)
    limit-range: query limit is 1000; expected an integer from 1 to 999
2 POST /api/non-insurance-payer-refunds/v1: 200 (non_insurance_payer_refunds.create)
    unknown-field: $.added is 1; *
3 GET /api/non-insurance-payer-refund/v1: 404 (no operation)
    the nearest path is /api/non-insurance-payer-refunds/v1
*_ test_loses _*
*- journal of world *
1 POST /api/non-insurance-payer-refunds/v1: no answer, fault f1 (non_insurance_payer_refunds.create)
    lost: 200
*_ test_calls_nothing _*
*- journal of world *
no call came to this world
*_ test_calls_much _*
*- journal of world *
(10 calls before these)
11 GET *
60 GET *
*_ test_has_no_world _*
""".strip().splitlines()


@pytest.mark.parametrize("options", [(), (IN_PROCESS,)], ids=str)
def test_a_report_ends_with_the_journal(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    """Behind all other output come the calls of a test that failed, and what was said of them."""
    result = ran(pytester, FAILING, *options)
    result.assert_outcomes(failed=5, passed=1, errors=1)
    result.stdout.fnmatch_lines(TOLD)
    result.stdout.no_fnmatch_line("*journal of world*has_no_world*")


WARNED = """
def test_warned(http):
    assert http.post(REFUNDS, json={**BODY, "added": 1}).status_code == 200

def test_lost_on_the_way(http):
    http.get("/api/non-insurance-payer-refund/v1")

def test_good(http):
    assert http.post(REFUNDS, json=BODY).status_code == 200
    assert http.get(f"{REFUNDS}/00000000-0000-4000-8000-000000000000").status_code == 404

def test_that_fails_anyhow(http):
    http.post(REFUNDS, json={**BODY, "added": 1})
    assert not "its own reason"

def test_that_deletes_its_world(http, mockserver_world):
    mockserver_world.delete()

@pytest.mark.mockserver(fail_on=[])
def test_that_may(http):
    http.post(REFUNDS, json={**BODY, "added": 1})
"""

FAIL_ON: dict[tuple[str, ...], int] = {
    (): 1,
    ("--mockserver-fail-on=warnings",): 2,
    ("--mockserver-fail-on=warnings", "--mockserver-fail-on=unknown-paths"): 3,
    ("-o", "mockserver_fail_on=warnings unknown-paths"): 3,
    ("-o", "mockserver_fail_on=warnings", "--mockserver-fail-on=unknown-paths"): 2,
    ("--mockserver-fail-on=conduct",): 2,
    ("-o", "mockserver_fail_on=repeated-create unread-field"): 2,
    ("--mockserver-fail-on=repeated-create",): 1,
}


@pytest.mark.parametrize("options", FAIL_ON, ids=str)
def test_tests_fail_on_what_is_chosen(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    """A flag overrides the file, a marker both; a test that fails anyhow keeps its own reason."""
    result = ran(pytester, WARNED, IN_PROCESS, *options)
    result.assert_outcomes(failed=FAIL_ON[options], passed=6 - FAIL_ON[options])
    result.stdout.fnmatch_lines("*its own reason*")
    if "--mockserver-fail-on=warnings" in options:
        lines = ["calls break rules that only warn (fail on warnings):", "1 POST *", "*$.added is*"]
        result.stdout.fnmatch_lines(lines)
    if "--mockserver-fail-on=conduct" in options:
        lines = ["the client did what it should not do (fail on conduct):", "unread-field: *"]
        result.stdout.fnmatch_lines(lines)


def test_an_option_that_is_wrong_is_told(pytester: pytest.Pytester) -> None:
    """It ends the run before any test."""
    result = ran(pytester, WARNED, "--mockserver-fail-on=warning")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines('*there is no "warning" to fail on; did you mean warnings?*')


@pytest.mark.parametrize("options", [(), (IN_PROCESS,)], ids=str)
def test_arguments_are_those_of_serve(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    """The file of settings has flags of `mockserver serve`, with paths from its folder on."""
    pytester.makefile(".json", mine='{"format": 1, "description": "Nothing."}')
    pytester.makeini("[pytest]\nmockserver_args = --fixture ./mine.json --clock frozen")
    tests = """
def test_settings(mockserver_world, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert mockserver_world.describe()["refunds"] == 0
    assert mockserver_world.clock()["mode"] == "frozen"
"""
    ran(pytester, tests, *options).assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [(), (IN_PROCESS,)], ids=str)
@pytest.mark.parametrize(
    ("flags", "told"),
    [("--fixtur x", "No such option '--fixtur'"), ("--fixture ./no.json", "no.json")],
)
def test_arguments_that_are_wrong_are_told(
    pytester: pytest.Pytester, options: tuple[str, ...], flags: str, told: str
) -> None:
    """Tests that need a world say why there is none, and others run."""
    tests = "def test_one(mockserver_world): pass\ndef test_other(): pass"
    result = ran(pytester, tests, *options, "-o", f"mockserver_args={flags}")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(f"mockserver does not start: *{told}*")


def test_a_stand_in_that_is_gone_is_told(tmp_path: Path) -> None:
    """A test whose stand-in does not answer any more fails with the end of its log."""
    log = tmp_path / "mockserver.log"
    log.write_text("".join(f"line {number}\n" for number in range(30)))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    wish = Wish({}, None, None, [], in_process=False, fail_on=())
    with (
        httpx.HTTPTransport(verify=False) as transport,
        pytest.raises(pytest.fail.Exception) as raised,
        fresh(StandIn(url, transport, None, log), "test_a.py::test_b[1/2]", wish),
    ):
        pass
    lines = str(raised.value).splitlines()
    assert lines[0].startswith(f"no stand-in answers at {url}: ")
    assert lines[1:3] == ["its log ends with:", "line 10"]


def test_names_of_worlds_are_the_same_in_each_run() -> None:
    """A name is readable, fits a client id however long the test's is, and differs as those do."""
    name = world_name("tests/test_a.py::test_b[1/2]")
    assert name == "tests-test_a.py-test_b-1-2--" + name[-8:]
    others = {world_name(f"tests/test_a.py::test_b[{'x' * 900}{end}]") for end in "12"}
    assert len(others) == 2
    assert all(is_name(each) for each in (*others, name, world_name("[é]")))


MODULES = {"asyncio", "click", "httpx", "pydantic", "starlette", "uvicorn", "candid"}


def test_it_costs_nothing_where_it_is_not_used() -> None:
    """The plugin imports nothing that pytest does not."""
    program = (
        "import sys, pytest; had = {*sys.modules}; import mockserver.plugin;"
        " print(*{*sys.modules} - had)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    imported = {name.partition(".")[0] for name in told.stdout.split()}
    assert imported & MODULES == set()
