"""Bitrix24: leads, deals, contacts, comments, and any other method, by an inbound webhook."""
