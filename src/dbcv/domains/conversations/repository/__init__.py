"""Queries of conversations, by what they are about; `hot.py` is the accept path. Only the service imports them."""
