"""What can go wrong with accounts, in words for the person who meets it."""

from dbcv.kit.errors import (
    AppError,
    Conflict,
    ErrorDetail,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)


def wrong_login() -> AppError:
    """The same words for an unknown e-mail and a wrong password."""
    return Unauthorized("The e-mail or the password is not right", code="wrong_login")


def token_refused() -> AppError:
    """The token is forged, expired, revoked, or its account is closed."""
    return Unauthorized("Log in again: this token is not valid (any more)", code="token_refused")


def account_needed() -> AppError:
    """An anonymous visitor asked for what needs an account."""
    return Forbidden("This needs an account", code="account_needed")


def role_needed(role: str) -> AppError:
    """The account's role does not allow it."""
    return Forbidden(f"This needs the role {role}", code="role_needed")


def registration_closed() -> AppError:
    """The operator creates the accounts here."""
    return Forbidden("Registration is closed: ask the operator for an account", code="registration_closed")


def email_taken() -> AppError:
    """Somebody registered with this e-mail before."""
    detail = ErrorDetail(
        path="email", message="An account with this e-mail exists", hint="Log in, or use another e-mail"
    )
    return Conflict("An account with this e-mail exists", code="email_taken", errors=[detail])


def wrong_current_password() -> AppError:
    """A password is changed only by who knows the old one."""
    detail = ErrorDetail(path="current_password", message="is not right", hint="Type the password you log in with")
    return Invalid("The current password is not right", code="wrong_current_password", errors=[detail])


def unknown_account(email: str) -> AppError:
    """An operator's command names an account that is not there; without an e-mail: there is none at all."""
    words = f"No account has the e-mail {email}" if email else "There is no account yet"
    detail = ErrorDetail(path="email", message=words, hint="See `dbcv user create`")
    return Invalid(words, code="unknown_account", errors=[detail])


def too_many_attempts() -> AppError:
    """Passwords were guessed too often: from this address, or for this account."""
    error = TooManyRequests("Too many failed tries: try again in a quarter of an hour", code="too_many_attempts")
    error.retry_after_seconds = 15 * 60
    return error


def no_such_account() -> AppError:
    """An administrator names an account that is not there."""
    return NotFound("There is no such account", code="account_not_found")


def login_over() -> AppError:
    """A refresh token that is unknown, expired, used before, or whose login was ended."""
    return Unauthorized("You are logged out on this device: log in again", code="login_over")


def login_needed() -> AppError:
    """An API token asked for what decides over the account itself."""
    return Forbidden("An API token cannot do this: log in with your password", code="login_needed")


def scope_needed(scope: str) -> AppError:
    """The API token was not given this scope."""
    detail = ErrorDetail(path="scopes", message=f"the token lacks {scope}", hint="Make a token with this scope")
    return Forbidden(f"This needs a token with the scope {scope}", code="scope_needed", errors=[detail])


def recent_login_needed() -> AppError:
    """Somebody without a password here has to show again who they are."""
    return Forbidden("Log in again, then repeat this within ten minutes", code="recent_login_needed")


def visitor_needed() -> AppError:
    """A person's access token is renewed by its refresh token only."""
    return Forbidden("Use your refresh token at /login/refresh", code="visitor_needed")


def no_such_login() -> AppError:
    """The device is not there, or it is somebody else's."""
    return NotFound("There is no such login", code="login_not_found")


def no_such_token() -> AppError:
    """The API token is not there, or it is somebody else's."""
    return NotFound("There is no such API token", code="api_token_not_found")


def too_many_tokens(most: int) -> AppError:
    """An account has a bounded number of API tokens."""
    return Conflict(f"You have {most} API tokens: revoke some that you do not use", code="too_many_api_tokens")


def last_administrator() -> AppError:
    """Nobody would be left who can administer."""
    words = "This is the last administrator: give somebody else the role ADMIN first"
    return Conflict(words, code="last_administrator")


def no_oidc() -> AppError:
    """No OpenID provider is configured."""
    return NotFound("There is no log-in through a provider here", code="oidc_not_configured")


def oidc_failed(why: str) -> AppError:
    """The way back from the provider proves nothing."""
    return Unauthorized(f"The log-in through the provider did not work: {why}. Begin it again", code="oidc_failed")


def oidc_unavailable(why: str) -> AppError:
    """The provider does not answer, or not as one."""
    words = "The provider cannot be reached" if not why else f"The provider cannot be used: {why}"
    return Unavailable(f"{words}. Try again, or log in with a password", code="oidc_unavailable")


def not_relative() -> AppError:
    """After the log-in a browser is sent to a page of this installation only."""
    detail = ErrorDetail("next", "is not a path of this installation", 'It begins with one "/", such as "/bots"')
    return Invalid("That leads elsewhere", code="not_relative", errors=[detail])


def email_unverified() -> AppError:
    """A newcomer whose provider did not verify the e-mail."""
    return Forbidden("The provider does not say that your e-mail is verified: verify it there", code="email_unverified")


def link_needed() -> AppError:
    """The e-mail has an account already, which the provider's word alone does not open."""
    words = "An account with your e-mail exists: log in with its password, then link the provider in your profile"
    return Conflict(words, code="link_needed")


def identity_taken() -> AppError:
    """This person at the provider is another account here."""
    return Conflict("You are linked to another account here: unlink it there first", code="identity_taken")


def password_needed() -> AppError:
    """Unlinking the only way in would lock its owner out."""
    return Conflict("Set a password first: otherwise you could not log in any more", code="password_needed")
