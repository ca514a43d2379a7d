"""One HTTP/1.1 answer, as `http.client` reads it; an ordinary head is read in one step."""

import http.client
import re

_LINE = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [!-~](?:[ -~]*[!-~])?\r\n"
_HEAD = re.compile(rb"HTTP/1\.1 ([2-5]\d\d)( [ -~]*)?\r\n((?:%b){1,99})\r\n" % _LINE)
_LENGTH = re.compile("[0-9]{1,18}")
_FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})
_WITHOUT_BODY = frozenset({204, 304})


class Answer(http.client.HTTPResponse):
    """Takes a head in one step if it came whole, and one Content-Length alone frames the body.

    `http.client` reads every other head, and says what is wrong with it.
    """

    _method: str | None

    def begin(self) -> None:
        """Read the head.

        Raises:
            HTTPException: it is none of HTTP.
            OSError: as of the socket.
        """
        if not self._takes_head():
            super().begin()

    def _takes_head(self) -> bool:
        head = None if self._method == "HEAD" else _HEAD.match(self.fp.peek())
        if head is None or int(head[1]) in _WITHOUT_BODY:
            return False
        lines = (line.partition(": ") for line in head[3].decode().split("\r\n")[:-1])
        pairs = [(name, value) for name, _, value in lines]
        framing = [pair for pair in pairs if pair[0].lower() in _FRAMING]
        if [name.lower() for name, _ in framing] != ["content-length"]:
            return False
        length = framing[0][1]
        if not _LENGTH.fullmatch(length):
            return False
        self.fp.read(head.end())
        self.version, self.chunked, self.will_close = 11, False, False
        self.code = self.status = int(head[1])
        self.reason = (head[2] or b"").decode().strip()
        self.length = int(length)
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in pairs:
            self.headers[name] = value
        return True
