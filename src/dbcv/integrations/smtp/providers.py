"""Who gives out the passwords: whoever runs the mail server; the credential is bound to that server."""

from dbcv.integration_kit.credentials import NOWHERE, Provider

PROVIDERS = (Provider("smtp", "Mail server (SMTP)", ("basic",), (), NOWHERE),)
