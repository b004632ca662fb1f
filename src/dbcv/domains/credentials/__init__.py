"""Credentials: which secrets a bot needs. A part of the bot document, which never carries the secret itself."""
