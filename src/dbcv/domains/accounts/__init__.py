"""Accounts: who may come in, and who is calling. Every other domain asks here for the caller; knows nothing of bots."""
