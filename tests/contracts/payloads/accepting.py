"""A server that wrongly accepts everything: each POST makes a refund, whatever it holds."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contracts.model import ID
from contracts.targets.credentials import TOKEN_PATH


class Accepting(ThreadingHTTPServer):
    """Serves on a free port of this machine.

    Args:
        status: of the answer to a create; the id is in it whatever it is.
        stubborn: every how many-th refund cannot be deleted; 0 for none.

    Attributes:
        refunds: what is there, by id; 48 at first, which are also `before`.
        fixed: ids that cannot be deleted.
        made: how many creates made a refund.
        names: an id that creates name, which then make nothing.
    """

    daemon_threads = True

    def __init__(self, status: int = 200, stubborn: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.stubborn = stubborn
        self.refunds: dict[str, Any] = {str(uuid.uuid4()): {} for _ in range(48)}
        self.before = set(self.refunds)
        self.fixed: set[str] = set()
        self.made = 0
        self.names = ""

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # An answer leaves whole, so that nobody waits for its second half.
    server: Accepting

    def do_POST(self) -> None:
        """Make a refund, or a token."""
        body = self._body()
        if self.path == TOKEN_PATH:
            return self._answer(200, {"access_token": "t" * 40, "token_type": "Bearer"})
        server, made = self.server, str(uuid.uuid4())
        if server.names:
            return self._answer(server.status, {ID: server.names})
        server.made += 1
        server.refunds[made] = body
        if server.stubborn and server.made % server.stubborn == 0:
            server.fixed.add(made)
        known = body if isinstance(body, dict) else {}
        return self._answer(server.status, {**known, ID: made})

    def do_DELETE(self) -> None:
        """Delete a refund, unless it cannot be."""
        refund_id = self.path.rpartition("/")[2]
        if refund_id in self.server.fixed:
            return self._answer(500, {"errorName": "StubbornError"})
        found = self.server.refunds.pop(refund_id, None)
        return self._answer(404 if found is None else 200, {})

    def do_GET(self) -> None:
        """Every refund."""
        self._answer(200, {"items": [{ID: key} for key in self.server.refunds]})

    def do_PATCH(self) -> None:
        """Nothing changes."""
        self._body()
        self._answer(200, {})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write nothing."""

    def _body(self) -> Any:
        if self.headers.get("transfer-encoding") == "chunked":
            text = b""
            while size := int(self.rfile.readline(), 16):
                text += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            text = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None

    def _answer(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def accepting(status: int = 200, stubborn: int = 0) -> Iterator[Accepting]:
    """The server, for as long as the block runs."""
    server = Accepting(status, stubborn)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
