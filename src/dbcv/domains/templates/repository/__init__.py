"""Queries of templates. Only templates.service imports them."""
