"""Stripe: pages to pay on, links, what became of a payment, refunds; by the official library."""
