"""Queries of bots: `bots` (who may touch them), `drafts` (documents), `revisions`. Only bots.service imports it."""
