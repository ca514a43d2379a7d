"""What the suite's own tests share: terms and targets over the reference server; no tests."""

from contextlib import nullcontext

from contracts.kernel.session import Sessions, Worlds
from contracts.kernel.terms import Terms
from contracts.model.rules import profile
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, Send
from tests.contracts.flawed import Server
from tests.contracts.organization import organization
from tests.reference_server import ReferenceServer


def terms_of(name: str = "default") -> Terms:
    """The terms of the small organization under a profile."""
    return Terms(organization(), rules=profile(name), auth="issued")


def target_of(terms: Terms, server: Server = ReferenceServer, client: str = "test") -> AppTarget:
    """A target on a server of that kind, in a world of its own."""
    return AppTarget(server(terms.organization, terms.rules), client)


def recording(terms: Terms) -> tuple[Worlds, list[Request]]:
    """Fresh worlds of a correct server, and the list of all authorized requests sent to them."""
    requests: list[Request] = []

    def record(request: Request, send: Send) -> Reply:
        if request.authorized:
            requests.append(request)
        return send(request)

    app = ReferenceServer(terms.organization, terms.rules)
    return lambda name: nullcontext(AppTarget(app, name, middleware=[record])), requests


def sessions_of(terms: Terms, server: Server = ReferenceServer) -> Sessions:
    """Sessions in fresh worlds of one server of that kind."""
    app = server(terms.organization, terms.rules)
    return Sessions(lambda name: nullcontext(AppTarget(app, name)), terms)
