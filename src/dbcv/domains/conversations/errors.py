"""What can go wrong in a conversation, in words for the person who meets it."""

from dbcv.kit.errors import (
    AppError,
    Conflict,
    ErrorDetail,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
    Unauthorized,
)


def no_channel() -> AppError:
    """It is not there, or the caller may not know that it is."""
    return NotFound("There is no such channel", code="channel_not_found")


def too_many_channels(most: int) -> AppError:
    """An account owns a bounded number of channels."""
    return Conflict(f"You own {most} channels: delete some that you do not need", code="too_many_channels")


def origin_refused(origin: str) -> AppError:
    """A page that the channel's owner did not name wants to show the chat."""
    hint = "The channel's owner can add it to config.embed.allowed_origins"
    detail = ErrorDetail("", f"Pages of {origin[:255]} may not show this chat", hint)
    return Forbidden("This page may not show the chat", code="origin_refused", errors=[detail])


def visitors_only() -> AppError:
    return Forbidden("Only visitors without an account are introduced by a page", code="visitors_only")


def no_message() -> AppError:
    return NotFound("There is no such message", code="message_not_found")


def no_session() -> AppError:
    return NotFound("There is no such session", code="session_not_found")


def no_turn() -> AppError:
    return NotFound("There is no such turn", code="turn_not_found")


def turn_running() -> AppError:
    """A turn waits for the outside world; to move its session now would have it call the outside a second time."""
    hint = "Try again in a moment: it ends by itself. Pausing the bot works at once"
    detail = ErrorDetail("", "The bot is waiting for an answer from the outside", hint)
    return Conflict("A turn of this session is running", code="turn_running", errors=[detail])


def not_paused() -> AppError:
    detail = ErrorDetail("", "The bot answers in this session", "Take over first: POST /sessions/{id}/pause")
    return Conflict("The bot is not paused here", code="not_paused", errors=[detail])


def bot_not_published() -> AppError:
    detail = ErrorDetail("step_id", "The bot has no published version", "Publish the bot first")
    return Conflict("The bot is not published", code="bot_not_published", errors=[detail])


def no_such_step() -> AppError:
    hint = "Use the id of a step of the published version; steps of templates are reached by the step that holds them"
    detail = ErrorDetail("step_id", "The published bot has no such step", hint)
    return Invalid("There is no such step", code="step_not_found", errors=[detail])


def nothing_said() -> AppError:
    detail = ErrorDetail("text", "There is nothing to send", "Give a text, params or an attachment")
    return Invalid("The message is empty", code="empty_message", errors=[detail])


def no_person() -> AppError:
    return NotFound("Nobody with this id talks to the bot", code="person_not_found")


def no_variable(path: str) -> AppError:
    detail = ErrorDetail("path", f'There is nothing at "{path}"', "Leave `path` out to see what there is")
    return NotFound("There is no such variable", code="variable_not_found", errors=[detail])


def variables_moved(version: int) -> AppError:
    detail = ErrorDetail("version", f"It is {version} now", "Read again, then edit; or leave the version out")
    return Stale("The variables were changed meanwhile", code="variables_moved", errors=[detail])


def variables_too_large(limit_bytes: int) -> AppError:
    detail = ErrorDetail("changes", f"Together they may take {limit_bytes:,} bytes", "Remove something first")
    return TooLarge("The variables would be too large", code="variables_too_large", errors=[detail])


def too_many_columns(limit: int) -> AppError:
    detail = ErrorDetail("", f"There are more than {limit} different variables", "Read them in pages, without CSV")
    return TooLarge("The table would be too wide", code="table_too_wide", errors=[detail])


def channel_or_bot() -> AppError:
    return invalid_field("channel_id", "say where to look: in a channel or in a bot", "Give channel_id or bot_id")


def query_needed() -> AppError:
    return invalid_field("query", "is missing", "In a whole bot messages are found by words: give query or session_id")


def empty_query() -> AppError:
    return invalid_field("query", "has no word to look for", "Words such as “and” are left out: add a longer one")


def no_dead_letter() -> AppError:
    return NotFound("There is no such undelivered message", code="dead_letter_not_found")


def no_subscriber(path: str = "subscriber_id") -> AppError:
    detail = ErrorDetail(path, "There is no such subscriber", "Use the id of an account, or of a bot you may use")
    return NotFound("There is no such subscriber", code="subscriber_not_found", errors=[detail])


def no_bot(path: str) -> AppError:
    """The named bot is not one that the caller may use, or does not take part in the channel."""
    detail = ErrorDetail(
        path, "There is no such bot here", "Use a bot that takes part in the channel and that you may use"
    )
    return NotFound("There is no such bot", code="bot_not_found", errors=[detail])


def nobody_answers() -> AppError:
    detail = ErrorDetail("recipient_id", "The channel has no default bot", "Set the channel's default_bot_id")
    return Conflict("Nobody answers in this channel", code="channel_without_bot", errors=[detail])


def already_resent() -> AppError:
    return Conflict("It was sent again before", code="already_resent")


def session_gone() -> AppError:
    return Conflict("The conversation it belongs to was deleted", code="session_gone")


def secret_wrong() -> AppError:
    """The same words for a missing and a wrong secret."""
    words = "The webhook's secret is missing or not right"
    hint = "Send it in the header that the channel names in config.webhook.secret_header"
    return Unauthorized(words, code="webhook_secret_wrong", errors=[ErrorDetail("", words, hint)])


def transport_secret_wrong(header: str) -> AppError:
    """The same words for a missing and a wrong secret."""
    words = "The secret of the channel's transport is missing or not right"
    return Unauthorized(words, code="transport_secret_wrong", errors=[ErrorDetail(header, words, "")])


def no_transport() -> AppError:
    hint = "Bind it with PUT /channels/{id}/transport"
    detail = ErrorDetail("", "The channel is on our pages only", hint)
    return NotFound("The channel has no transport", code="transport_not_found", errors=[detail])


def credential_taken() -> AppError:
    hint = "Unbind the other channel first, or make another bot at the service"
    detail = ErrorDetail("credential_id", "It serves another channel already", hint)
    return Conflict("The credential is in use", code="credential_taken", errors=[detail])


def not_bound(reason: str) -> AppError:
    """The vendor, or the way to it, did not agree."""
    hint = "Check the credential of the channel's default bot"
    detail = ErrorDetail("credential_id", reason[:500], hint)
    return Invalid("The channel could not be bound", code="transport_not_bound", errors=[detail])


def no_public_url() -> AppError:
    detail = ErrorDetail(
        "config.mode", "The service cannot find this installation", "Set DBCV_PUBLIC_URL, or use polling"
    )
    return Conflict("A webhook needs a public address", code="no_public_url", errors=[detail])


def invalid_field(path: str, message: str, hint: str = "") -> AppError:
    """One field of a message or a webhook breaks a rule."""
    title = f"{path}: {message}" if path else message
    return Invalid(title, code="invalid_message", errors=[ErrorDetail(path, message, hint)])


def too_large(limit_bytes: int) -> AppError:
    detail = ErrorDetail("", f"The request is larger than {limit_bytes:,} bytes", "Send less text, or a link to a file")
    return TooLarge("The message is too large", code="message_too_large", errors=[detail])
