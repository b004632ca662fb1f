"""Who gives out the webhooks of Bitrix24: the portal itself. The address of the webhook is the secret."""

from dbcv.integration_kit.credentials import NOWHERE, Provider

PROVIDERS = (Provider("bitrix24", "Bitrix24", ("api_key",), (), NOWHERE, test_url=""),)
