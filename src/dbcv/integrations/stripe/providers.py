"""Who gives out the keys of Stripe."""

from dbcv.integration_kit.credentials import AS_BEARER, Provider

PROVIDERS = (
    Provider(
        "stripe",
        "Stripe",
        ("api_key",),
        ("api.stripe.com",),
        AS_BEARER,
        test_url="https://api.stripe.com/v1/balance",
    ),
)
