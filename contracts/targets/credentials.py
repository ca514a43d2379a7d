"""How a target gets its token: by a client id and secret, or as given."""

import re
from dataclasses import dataclass

from contracts.errors import CredentialsRefused, TargetError
from contracts.targets.strangers import advice_on, is_of_api
from contracts.targets.target import JSON_HEADERS, Request, Send, encode

_TOKEN = re.compile(r"[\x21-\x7e]+")
TOKEN_PATH = "/api/auth/v2/token"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client id with its secret, traded for a token on first use, or a bearer token as it is."""

    client_id: str = ""
    client_secret: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Name the client, never the secret."""
        return f"Credentials(client_id={self.client_id!r})"


class TokenProvider:
    """Keeps one token: asks for it on first use, and for another once it is refused.

    Attributes:
        tokens: all that it had.
        can_renew: whether to ask for another token where one is refused.

    Args:
        credentials: what to trade; a plain string is a client id whose secret does not matter,
            as any client id that a stand-in has not seen is a fresh world.
        send: the target's transport.
        base_url: of the target, to read redirects by.
    """

    def __init__(self, credentials: Credentials | str, send: Send, base_url: str = "") -> None:
        if isinstance(credentials, str):
            credentials = Credentials(credentials, "any-secret")
        self._credentials = credentials
        self._send = send
        self._base_url = base_url
        self._token = credentials.token
        self.tokens = [credentials.token] if credentials.token else []
        self.can_renew = not credentials.token

    def bearer(self) -> str:
        """The token.

        Raises:
            CredentialsRefused: the token call gave none.
        """
        if not self._token:
            self._token = self._ask()
            self.tokens.append(self._token)
        return self._token

    def renew(self) -> bool:
        """Ask for another token, as the API refuses this one; whether it gave one.

        A bearer token that was given cannot be renewed. A failed token call keeps the old one.
        """
        if not self.can_renew:
            return False
        try:
            token = self._ask()
        except TargetError:
            return False
        self._token = token
        self.tokens.append(token)
        return True

    def _ask(self) -> str:
        reply = self._send(token_request(self._credentials))
        answer = reply.json_or_none()
        advice = "check the client id and secret, or give a bearer token"
        if reply.status == 200 and isinstance(answer, dict):
            token = answer.get("access_token")
            if isinstance(token, str) and _TOKEN.fullmatch(token):
                return token
            advice = "there is no access_token that a header can carry; is this the API?"
        elif not is_of_api(reply):
            advice = advice_on(self._base_url, TOKEN_PATH, reply)
        client = f"client id {self._credentials.client_id!r}"
        what = f"POST {TOKEN_PATH} for {client} answered {reply.status}"
        raise CredentialsRefused(what, advice, reply)


def token_request(credentials: Credentials) -> Request:
    """The call that trades credentials for a token."""
    body = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    return Request("POST", TOKEN_PATH, headers=JSON_HEADERS, body=encode(body), authorized=False)
