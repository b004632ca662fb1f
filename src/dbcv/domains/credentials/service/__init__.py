"""Rules of credentials. `CredentialsResolver` is the one way to a secret; nothing else opens one to use it."""

from dbcv.domains.credentials.service.credentials import Credentials
from dbcv.domains.credentials.service.part import CredentialsPart
from dbcv.domains.credentials.service.resolver import Attachment, CredentialsResolver
from dbcv.domains.credentials.service.rotation import Rotated, rotate

__all__ = ["Attachment", "Credentials", "CredentialsPart", "CredentialsResolver", "Rotated", "rotate"]
