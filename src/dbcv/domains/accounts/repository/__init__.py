"""Queries of accounts. Only accounts.service imports them."""
