"""Who gives out the rights to Google's services: a person by OAuth, or a service account by its key file."""

from dbcv.integration_kit.credentials import NOWHERE, Provider

PROVIDERS = (
    Provider(
        "google",
        "Google",
        ("oauth",),
        ("www.googleapis.com", "sheets.googleapis.com", "gmail.googleapis.com", "docs.googleapis.com"),
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        test_url="https://www.googleapis.com/oauth2/v3/userinfo",
    ),
    Provider(
        "google_service_account",
        "Google service account",
        ("api_key",),
        ("sheets.googleapis.com", "oauth2.googleapis.com"),
        NOWHERE,
    ),
)
