"""Who gives out the tokens of amoCRM: the account itself, so each credential is bound to its own account's host."""

from dbcv.integration_kit.credentials import Provider

PROVIDERS = (Provider("amocrm", "amoCRM", ("bearer", "oauth")),)
