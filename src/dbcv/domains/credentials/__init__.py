"""Credentials: the secrets a bot needs, encrypted, bound to hosts, never shown again.

The bot document carries which ones it needs, never the secrets. Whoever uses one asks `service.CredentialsResolver`.
"""
