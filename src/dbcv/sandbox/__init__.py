"""Runs a bot author's Python in separate, limited processes. Knows no database and no broker."""
