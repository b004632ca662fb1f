"""Queries of analytics. Only analytics.service imports them."""
