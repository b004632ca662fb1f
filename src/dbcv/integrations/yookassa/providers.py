"""Who gives out the keys of YooKassa: the shop's id is the user name, the secret key the password."""

from dbcv.integration_kit.credentials import Provider

PROVIDERS = (
    Provider("yookassa", "YooKassa", ("basic",), ("api.yookassa.ru",), test_url="https://api.yookassa.ru/v3/me"),
)
