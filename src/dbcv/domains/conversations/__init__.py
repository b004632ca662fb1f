"""Conversations: channels, sessions, messages, the mailbox and what became of every turn.

The runtime commits what a turn changes into these tables (`runtime/ledger.py`); this domain accepts what comes in and
shows what happened. It does not know how a turn is walked.
"""
