"""Who gives out the tokens of GitHub."""

from dbcv.integration_kit.credentials import Provider

PROVIDERS = (Provider("github", "GitHub", ("bearer",), ("api.github.com",), test_url="https://api.github.com/user"),)
