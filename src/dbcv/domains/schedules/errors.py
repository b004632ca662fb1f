"""What can go wrong with schedules, in words for the person who meets it."""

from dbcv.kit.errors import AppError, Conflict, ErrorDetail, Invalid, NotFound


def no_such(kind: str) -> AppError:
    """It is not there, or the caller may not know that it is."""
    return NotFound(f"There is no such {kind}", code=f"{kind}_not_found")


def no_such_target(noun: str) -> AppError:
    """The bot has no such channel or session, or the caller may not know of it."""
    return NotFound(f"The bot has no such {noun}", code=f"{noun}_not_found")


def wrong_field(path: str, message: str, hint: str) -> AppError:
    """One field of the request."""
    return Invalid(f"{path} {message}".strip(), code="invalid", errors=[ErrorDetail(path, message, hint)])


def is_over() -> AppError:
    """A message is to be sent at a time that has passed."""
    return wrong_field("send_at", "is in the past", "Choose a later time; to send it now, use /send")


def never() -> AppError:
    """A cron has no time to come."""
    return wrong_field("", "This cron never comes", "Look at day and month together, at year, and at end_date")


def no_time() -> AppError:
    """A cron names no field at all: that would be every second."""
    hint = 'Give at least one field, such as {"hour": "9", "minute": "0"}; {"second": "*"} is every second'
    return wrong_field("", "The cron does not say when", hint)


def too_many(limit: int) -> AppError:
    """The bot has as many as it may have."""
    return Conflict(f"A bot has at most {limit} emitters and crons: remove old ones first", code="too_many")


def not_in_force(kind: str) -> AppError:
    """There is nothing that could be sent yet."""
    return Conflict(f"The {kind} is not in force yet: publish the bot first", code="not_in_force")


def no_sending() -> AppError:
    """It is not the bot's, or it is so old that nothing is known of it any more."""
    return NotFound("The bot has no such broadcast", code="broadcast_not_found")


def not_published() -> AppError:
    return Conflict("The bot is not published", code="bot_not_published")


def too_many_sendings(limit: int) -> AppError:
    """What is on its way waits for workers: more of it would only wait longer."""
    return Conflict(f"{limit} broadcasts of the bot are on their way: wait till one has ended", code="rate_limited")
