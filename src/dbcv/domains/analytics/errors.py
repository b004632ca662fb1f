"""What can be wrong with a question to analytics, in words for the person who asks."""

from dbcv.kit.errors import AppError, ErrorDetail, Invalid


def wrong(path: str, message: str, hint: str) -> AppError:
    """One part of the question."""
    return Invalid(f"{path} {message}", code="invalid_period", errors=[ErrorDetail(path, message, hint)])
