"""What can go wrong with a file, in words for the person who sends it."""

# ruff: noqa: N818 - they are named by what happened

from collections.abc import Iterable

from dbcv.kit.errors import AppError, Conflict, ErrorDetail, Forbidden, Invalid, NotFound, TooLarge, TooManyRequests


class UploadStalled(AppError):
    """408: the sender fell silent in the middle of a file."""

    status = 408
    code = "upload_stalled"
    default_title = "The upload stood still for too long: send the file again"


def no_file(path: str = "") -> AppError:
    """It is not there, or the caller may not know that it is."""
    detail = ErrorDetail(path, "There is no such file", "Upload it first with POST /api/v1/attachments")
    return NotFound("There is no such file", code="attachment_not_found", errors=[detail] if path else [])


def not_yours() -> AppError:
    """The caller was shown the file; it is another's to delete."""
    return Forbidden("Only who uploaded the file, or may change its bot, can delete it", code="not_the_owner")


def in_use(users: Iterable[tuple[str, str]]) -> AppError:
    """The bot would show a dead link; (path, name) of each that names the file."""
    hint = "Take the file out there and publish first, or delete with force=true"
    details = [ErrorDetail(path, f'"{name}" names the file', hint) for path, name in users]
    return Conflict("The file is in use", code="attachment_in_use", errors=details)


def link_expired() -> AppError:
    """The signature is ours; its time is over."""
    return Forbidden("This link has expired: open the conversation again for a fresh one", code="link_expired")


def empty_file() -> AppError:
    return _invalid("The file is empty", "Choose a file that has something in it", "file_empty")


def too_large(limit_bytes: int, what: str = "file") -> AppError:
    """413 with the limit in it."""
    words = f"The {what} is too large: at most {limit_bytes:,} bytes are taken".replace(",", " ")
    detail = ErrorDetail("file", words, "Send a smaller one, or ask the operator for a higher limit")
    return TooLarge(words, code="file_too_large", errors=[detail])


def too_many_pixels(width: int, height: int, limit: int) -> AppError:
    """A picture that would take gigabytes once it is unpacked."""
    words = f"The picture is {width} × {height} pixels large: at most {limit // 1_000_000} million are taken"
    detail = ErrorDetail("file", words, "Make it smaller and send it again")
    return TooLarge(words, code="picture_too_large", errors=[detail])


def wrong_type(claimed: str, found: str) -> AppError:
    """The content is a page or a program, whatever its name says."""
    return _invalid(f"The file says that it is {claimed}, but it holds {found}", "Send the real file", "type_mismatch")


def active_pdf() -> AppError:
    hint = "Save it without scripts (print it into a new PDF) and send that"
    return _invalid("The PDF runs a script when it is opened", hint, "active_pdf")


def quota_reached(limit_bytes: int) -> AppError:
    """All files of one account together."""
    words = f"There is no room left: all files together may have {limit_bytes:,} bytes".replace(",", " ")
    detail = ErrorDetail("file", words, "Delete files that are no longer needed, or ask the operator for more room")
    return TooManyRequests(words, code="quota_reached", errors=[detail])


def too_many_uploads() -> AppError:
    return TooManyRequests("Too many files are on their way: wait until some have arrived", code="too_many_uploads")


def visitors_send_no_files() -> AppError:
    """The channel's config says so."""
    return Forbidden("Files cannot be sent in this channel", code="files_closed")


def needs_channel() -> AppError:
    return _invalid("Say in which channel the file will be sent", "Add ?channel_id=…", "channel_needed", "channel_id")


def two_homes() -> AppError:
    hint = "Give bot_id for a file of the bot itself, channel_id for one that you send"
    return _invalid("A file belongs to a bot or to a channel, not to both", hint, "two_homes", "channel_id")


def bad_form(message: str) -> AppError:
    return _invalid(message, "Send multipart/form-data with one part, named file", "bad_form")


def bad_icon(message: str, hint: str) -> AppError:
    return _invalid(message, hint, "bad_icon", "body")


def no_icon() -> AppError:
    return NotFound("There is no such icon", code="icon_not_found")


def _invalid(message: str, hint: str, code: str, path: str = "file") -> AppError:
    return Invalid(message, code=code, errors=[ErrorDetail(path, message, hint)])
