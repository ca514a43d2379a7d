"""Why a target gave no answer to judge, one named error each; broken laws are elsewhere."""


class TargetError(Exception):
    """The target gave no usable HTTP answer; the message says where it points and what to do."""


class TargetUnreachable(TargetError):
    """No connection: name unknown, port closed, TLS refused, or the connection was cut."""


class TargetHungUp(TargetUnreachable):
    """The connection stood, and was ended without an answer."""


class TargetTimeout(TargetError):
    """The connection stands, but the answer did not come within the time allowed."""


class TargetGarbage(TargetError):
    """Something answered, but not in HTTP."""


class TargetCrashed(TargetError):
    """The app in this process raised instead of answering; the cause is attached."""


class CredentialsRefused(TargetError):
    """The token call did not give a token."""


class WorldFileError(Exception):
    """A world file cannot be read; the message names the file, the path in it and the value."""
