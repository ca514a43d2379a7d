"""Who may use the control plane, and which files it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.errors import SettingsError
from mockserver.spec.facts import REFUNDS_PATH
from tests.serving import in_process

JSON = {"content-type": "application/json"}
PATHS = ("/", "/_mock", "/_mock/health", "/_mock/worlds/default/export", "/openapi.json")
GOOD_HOSTS = (
    "127.0.0.1:5050", "localhost:5050", "LOCALHOST", "[::1]:5050", "192.168.1.7", "[fe80::1]:80",
    "localhost.", "mock.localhost:1", "mockserver:5050", "testserver", "allowed.test", "own.test",
)  # fmt: skip
BAD_HOSTS = (
    "evil.example", "evil.example:5050", "localhost.evil.example", "127.0.0.1.evil.example",
    "evil.example.", "1.2.3.4.5", "xlocalhost.test", "allowed.test.evil.example",
)  # fmt: skip
GOOD_ORIGINS = (
    "http://localhost:3000", "https://localhost", "http://127.0.0.1:8080", "http://[::1]:1",
    "http://app.localhost", "https://app.allowed.test", "http://mockserver",
)  # fmt: skip
BAD_ORIGINS = (
    "http://evil.example", "https://localhost.evil.example", "null", "", "file://",
    "http://app.allowed.test", "http://127.0.0.1.evil.example", "ftp://localhost",
    "http://192.168.1.7", "https://app.allowed.test:1",
)  # fmt: skip


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a stand-in that allows a name and an origin."""
    chosen: dict[str, Any] = {
        "allow_host": ("Allowed.test",),
        "allow_origin": ("https://app.allowed.test",),
        "host": "own.test",
    }
    with in_process(create_app(Settings(**chosen))) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_names_of_this_machine_are_served(client: httpx.Client, host: str, path: str) -> None:
    """IP addresses, localhost, names without a dot, --host, and what is allowed."""
    assert client.get(path, headers={"host": host}).status_code in (200, 307)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", BAD_HOSTS)
def test_other_names_are_refused(client: httpx.Client, host: str, path: str) -> None:
    """A name that a stranger may have led here gets 403, which says what to do."""
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == 403
    assert answer.json()["error"].startswith(f"Host is {json.dumps(host)}")
    assert "--allow-host" in answer.json()["error"]


def test_vendor_calls_are_served_under_any_name(client: httpx.Client) -> None:
    """The data plane asks for a token, and for no name."""
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
        answer = client.get(REFUNDS_PATH, headers=headers)
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origin", GOOD_ORIGINS)
def test_pages_of_this_machine_may_call(client: httpx.Client, origin: str) -> None:
    """Pages of this machine, of the stand-in itself, and of an allowed origin."""
    answer = client.post("/_mock/worlds/mine/reset", headers={"origin": origin})
    assert answer.status_code == 200
    assert "mine" in client.get("/_mock/worlds").text


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_pages_of_other_sites_may_not(client: httpx.Client, origin: str) -> None:
    """Any other origin gets 403 and changes nothing."""
    for method, path in (("POST", "/_mock/worlds/mine/reset"), ("GET", "/_mock/worlds")):
        answer = client.request(method, path, headers={"origin": origin})
        assert answer.status_code == 403
        assert "--allow-origin" in answer.json()["error"]
    assert client.get("/_mock/worlds").json() == {"worlds": []}


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("same-site", "no-cors", "image", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_parts_of_a_foreign_page_are_refused(
    client: httpx.Client, site: str, mode: str, dest: str, status: int
) -> None:
    """What a page of another site loads is refused; a link that leads here is followed."""
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert client.get("/_mock/health", headers=headers).status_code == status


@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_bodies_are_json(client: httpx.Client, media_type: str | None) -> None:
    """What a form could send is refused, and says what is expected."""
    headers = {} if media_type is None else {"content-type": media_type}
    answer = client.post("/_mock/worlds", content=b'{"name": "mine"}', headers=headers)
    assert answer.status_code == 415
    assert "expected application/json" in answer.json()["error"]
    for fitting in ("application/json", "Application/JSON; charset=utf-8"):
        name = f"w{len(fitting)}"
        sent = json.dumps({"name": name})
        made = client.post("/_mock/worlds", content=sent, headers={"content-type": fitting})
        assert made.status_code == 201


PREFLIGHT = {"access-control-request-method": "PATCH"}


@pytest.mark.parametrize(
    "path", [REFUNDS_PATH, f"{REFUNDS_PATH}/x", "/openapi.json", "/_mock/worlds"]
)
@pytest.mark.parametrize("origin", GOOD_ORIGINS[:-1])
def test_a_browser_may_call_from_an_allowed_page(
    client: httpx.Client, origin: str, path: str
) -> None:
    """A preflight is answered, and answers may be read with their diagnostics, on both planes."""
    asked = {"origin": origin, **PREFLIGHT, "access-control-request-headers": "authorization"}
    answer = client.options(path, headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]
    read = client.get(path, headers={"origin": origin})
    assert read.headers["access-control-allow-origin"] == origin
    assert "Mock-Refusal" in read.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", [origin for origin in BAD_ORIGINS if origin])
def test_a_browser_may_not_call_from_elsewhere(client: httpx.Client, origin: str) -> None:
    """A preflight from another page is refused, with what would allow it."""
    answer = client.options(REFUNDS_PATH, headers={"origin": origin, **PREFLIGHT})
    assert answer.status_code == 400
    assert "--allow-origin" in answer.text
    assert "access-control-allow-origin" not in answer.headers


def test_all_may_be_allowed() -> None:
    """`*` allows every name and every origin."""
    app = create_app(Settings(allow_host=("*",), allow_origin=("*",)))
    with in_process(app) as client:
        headers = {"host": "any.example", "origin": "https://any.example"}
        assert client.get("/_mock/health", headers=headers).status_code == 200
        answer = client.options(REFUNDS_PATH, headers={**headers, **PREFLIGHT})
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("origin", ["app.test", "http://a.test/", "http://", "", "http://a b"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    """A setting with a path, or without a scheme, could match no page."""
    with pytest.raises(
        SettingsError, match=r"is not an origin; write one like http://app.test:3000"
    ):
        Settings(allow_origin=(origin,))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of fixtures, with one that leads out of it and one that is wrong."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, inside / "deep", outside):
        folder.mkdir()
        (folder / "good.json").write_text('{"format": 1}', encoding="utf-8")
    bad = '{"format": "hunter2", "description": 5, "hunter3": {"type": "hunter4"}}'
    (inside / "bad.json").write_text(bad, encoding="utf-8")
    (inside / "worse.json").write_text("hunter2: [", encoding="utf-8")
    (inside / "worse.yaml").write_text("hunter2: [", encoding="utf-8")
    (inside / "key.txt").write_text("hunter2", encoding="utf-8")
    (inside / "link.json").symlink_to(outside / "good.json")
    (inside / "key.json").symlink_to(inside / "key.txt")
    return inside


def created(client: httpx.Client, fixture: Path | str) -> httpx.Response:
    """The answer to a world over a file."""
    name = f"w{abs(hash(str(fixture)))}"
    return client.post("/_mock/worlds", json={"name": name, "fixture": str(fixture)})


@pytest.mark.parametrize("by", ["the fixture's folder", "--fixtures-dir"])
def test_files_are_read_below_one_folder(files: Path, by: str) -> None:
    """Files below the folder of the fixture, or the one that is set, and shipped ones."""
    settings = Settings(fixture=str(files / "good.json"))
    if by == "--fixtures-dir":
        settings = Settings(fixtures_dir=str(files))
    with in_process(create_app(settings)) as client:
        for good in (files / "good.json", files / "deep" / "good.json", "empty"):
            assert created(client, good).status_code == 201, good
        for bad in (
            files.parent / "outside" / "good.json",
            files.parent / "outside" / "no-such.json",
            files / ".." / "outside" / "good.json",
            files / "link.json",
            files / "key.json",
            files / "key.txt",
            files / "no-such.json",
            files / "deep",
        ):
            answer = created(client, bad)
            assert answer.status_code == 422, bad
            assert f"below {files} (--fixtures-dir)" in answer.json()["error"]


@pytest.mark.parametrize("name", ["bad.json", "worse.json", "worse.yaml"])
def test_nothing_in_a_file_is_quoted(files: Path, name: str) -> None:
    """A file that is no fixture is told with its name and the places, without what stands there."""
    with in_process(create_app(Settings(fixtures_dir=str(files)))) as client:
        answer = created(client, files / name)
        assert answer.status_code == 422
        assert "hunter" not in answer.text.replace("$.hunter3", "")
        assert "cannot be used: see " in answer.json()["error"]
        assert "mockserver fixtures validate" in answer.json()["error"]
