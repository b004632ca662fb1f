"""What an API token may do, decided in one place: by method and path of a call. A log-in is not limited by scopes.

A path that is not listed is refused to API tokens: something new is closed until somebody thinks about it.
"""

from dbcv.domains.accounts import errors
from dbcv.domains.accounts.schemas import Principal

READING = frozenset({"GET", "HEAD", "OPTIONS"})
BOTS, CONVERSATIONS, CREDENTIALS, FILES = "bots", "conversations", "credentials", "files"
SHARE, ACCOUNTS, ADMIN = "bots:share", "accounts:read", "admin"
LOGIN_ONLY = ""
"""What decides over the account itself (passwords, tokens, devices) is for people who logged in."""

AREAS: dict[str, str] = {
    **dict.fromkeys(
        ("bots", "steps", "connection_groups", "connections", "step_messages", "requests", "widgets", "notes"), BOTS
    ),
    **dict.fromkeys(("templates", "template_groups", "template_instances", "variables", "bot_figures"), BOTS),
    **dict.fromkeys(("emitters", "crons", "integrations", "presets", "gallery", "operators", "revisions"), BOTS),
    **dict.fromkeys(("channels", "transports", "messages", "sessions", "turns", "dead_letters"), CONVERSATIONS),
    "credentials": CREDENTIALS,
    **dict.fromkeys(("attachments", "icons", "files"), FILES),
    **dict.fromkeys(("invitations",), SHARE),
    **dict.fromkeys(("audit", "admin"), ADMIN),
}
"""The first segment of a path under /api/v1 → its area ("bots" stands for bots:read or bots:write) or one scope."""

PARTS_OF_BOTS: dict[str, str] = {
    **dict.fromkeys(("access", "invitations", "owner"), SHARE),
    **dict.fromkeys(("sessions", "dead_letters", "channels", "users"), CONVERSATIONS),
    "credentials": CREDENTIALS,
}
"""What of /bots/{id}/… belongs to another area than the bot."""

TOPICS: dict[str, str] = {
    **dict.fromkeys(("channel", "session"), "conversations:read"),
    "bot": "bots:read",
}
"""What listening to a topic of the socket needs; any other is the operator's (live figures)."""

OWN: dict[tuple[str, str], str] = {("GET", "users/me"): ACCOUNTS}
"""What a token may see of its own account; the rest of /users/me is for people who logged in."""


def scope_for(method: str, path: str) -> str | None:
    """The scope a call needs; LOGIN_ONLY where none is enough, None for a path that nobody thought of.

    `path` begins after /api/v1.
    """
    segments = path.strip("/").split("/")
    if segments[0] == "login":
        return LOGIN_ONLY
    if segments[0] == "users":
        mine = segments[1:2] == ["me"]
        return OWN.get((method, "/".join(segments)), LOGIN_ONLY) if mine else ADMIN
    area = AREAS.get(segments[0])
    if segments[0] == "bots" and len(segments) > 2:
        area = PARTS_OF_BOTS.get(segments[2], BOTS)
    if area in (None, SHARE, ADMIN):
        return area
    return f"{area}:{'read' if method in READING else 'write'}"


def scope_for_topic(topic: str) -> str:
    """The scope that listening to a topic ("channel:ID") needs."""
    return TOPICS.get(topic.partition(":")[0], ADMIN)


def check(principal: Principal, scope: str | None) -> None:
    """Raises Forbidden where the caller's token is limited to other scopes."""
    if principal.scopes is None or (scope and scope in principal.scopes):
        return
    raise errors.scope_needed(scope) if scope else errors.login_needed()


def check_call(principal: Principal, method: str, path: str) -> None:
    """The same for a call over HTTP. `path` as it was asked for, with the prefix of the API."""
    if principal.scopes is not None:
        check(principal, scope_for(method, path.partition("/api/v1/")[2]))
