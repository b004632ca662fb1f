"""Who gives out the passwords: whoever runs the database; the credential is bound to that server."""

from dbcv.integration_kit.credentials import NOWHERE, Provider

PROVIDERS = (Provider("postgres", "PostgreSQL", ("basic",), (), NOWHERE),)
