"""Bots: the draft that is edited, the revisions that are published, and who may touch them.

The editor, the command line and the assistant change a bot through `service`; the runtime reads published revisions.
It does not know how a turn runs, nor the domains above (templates, credentials, schedules) whose parts it carries.
"""
