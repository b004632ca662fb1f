"""Rules of accounts: who somebody is, how they log in, what a token may do, who changed what. Called by endpoints,
other domains and the command line. Each file is one group of use cases; what other domains need is named here."""

from dbcv.domains.accounts.service.authenticator import Authenticator
from dbcv.domains.accounts.service.logins import begin as begin_login
from dbcv.domains.accounts.service.logins import log_in, log_out_everywhere
from dbcv.domains.accounts.service.paces import Paces
from dbcv.domains.accounts.service.people import (
    account_email,
    account_for_operator,
    active_user_id,
    change_user,
    create_user,
    ensure_first_account,
    reset_password,
)
from dbcv.domains.accounts.service.people import page as users
from dbcv.domains.accounts.service.tokens import Token
from dbcv.domains.accounts.service.visitors import ANONYMOUS_TOKEN_LIFETIME, add_visitor, create_anonymous

__all__ = [
    "ANONYMOUS_TOKEN_LIFETIME",
    "Authenticator",
    "Paces",
    "Token",
    "account_email",
    "account_for_operator",
    "active_user_id",
    "add_visitor",
    "begin_login",
    "change_user",
    "create_anonymous",
    "create_user",
    "ensure_first_account",
    "log_in",
    "log_out_everywhere",
    "reset_password",
    "users",
]
