"""A local, stateful stand-in for the refunds API of Candid Health; unofficial, with synthetic data
only.
"""

from typing import TYPE_CHECKING, Any

from mockserver.settings import Settings
from mockserver.version import __version__

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.client import Client
    from mockserver.in_process import InProcessTransport

__all__ = ["Client", "InProcessTransport", "Settings", "__version__", "create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from mockserver.app import create_app

        return create_app
    if name == "Client":
        from mockserver.client import Client

        return Client
    if name == "InProcessTransport":
        from mockserver.in_process import InProcessTransport

        return InProcessTransport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
