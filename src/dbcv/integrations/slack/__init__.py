"""Slack: messages with blocks and threads, files, direct messages, people; by the official library."""
