"""Who gives out the tokens of Slack: an app that is installed in the workspace."""

from dbcv.integration_kit.credentials import Provider

PROVIDERS = (
    Provider(
        "slack", "Slack", ("bearer",), ("slack.com", "files.slack.com"), test_url="https://slack.com/api/auth.test"
    ),
)
