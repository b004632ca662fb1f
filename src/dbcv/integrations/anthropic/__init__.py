"""Anthropic: Claude answers in the conversation, by the library anthropic."""
