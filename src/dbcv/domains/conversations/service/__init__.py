"""Rules of conversations: who may write where, keeping what arrives, waiting for answers, showing what happened.

Called by the endpoints, the sockets and the bot worker. `accept.py`, `rooms.py`, `messages.py` and `replies.py` are the
way of a message; the rest is asked for now and then.
"""
