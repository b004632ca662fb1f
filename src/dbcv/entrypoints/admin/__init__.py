"""The operator's panel under /admin: tables of every domain, to look at; what changes rows are actions of services.

Wiring only: domains say what is shown (domains/*/admin.py), starlette-admin draws it.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette_admin import BaseAdmin, DropDown, I18nConfig
from starlette_admin.views import BaseView

from dbcv.domains.accounts.admin import TABLES as ACCOUNTS
from dbcv.domains.accounts.service import Authenticator
from dbcv.domains.bots.admin import TABLES as BOTS
from dbcv.domains.conversations.admin import TABLES as CONVERSATIONS
from dbcv.domains.credentials.admin import TABLES as CREDENTIALS
from dbcv.domains.media.admin import TABLES as MEDIA
from dbcv.domains.schedules.admin import TABLES as SCHEDULES
from dbcv.domains.templates.admin import TABLES as TEMPLATES
from dbcv.entrypoints.admin.log_in import LogIn
from dbcv.entrypoints.admin.overview import Overview
from dbcv.entrypoints.admin.policy import Nonces, Policy
from dbcv.entrypoints.admin.view import make_view
from dbcv.entrypoints.admin.words import LANGUAGES, Liked, lazy
from dbcv.kit.db import Database
from dbcv.kit.operator_table import OperatorTable, Words
from dbcv.kit.settings import Settings

TABLES = (*BOTS, *CREDENTIALS, *TEMPLATES, *CONVERSATIONS, *SCHEDULES, *MEDIA, *ACCOUNTS)
_FOLDER = Path(__file__).parent


def build(db: Database, settings: Settings, authenticator: Authenticator) -> Starlette:
    """The panel as an application that answers under /admin."""
    admin = BaseAdmin(
        title="DBCV",
        base_url="/admin",
        templates_dir=str(_FOLDER / "templates"),
        static_dir=str(_FOLDER / "static"),
        auth_provider=LogIn(db, settings, authenticator),
        secret_key=settings.secret_key,
        middlewares=[Middleware(Policy)],
        i18n_config=I18nConfig(language_switcher=LANGUAGES),
        timezone_config=None,
        index_view=Overview(db, TABLES),
    )
    admin.templates.env.add_extension(Nonces)
    for group, tables in _groups().items():
        views: list[type[BaseView] | BaseView] = [make_view(table, db) for table in tables]
        admin.add_view(DropDown(lazy(group), icon="fa fa-table", views=views, always_open=False))
    host = Starlette(middleware=[Middleware(Liked)])
    admin.mount_to(host)
    return host


def _groups() -> dict[Words, list[OperatorTable]]:
    """The tables under the headings of the menu, in the order of TABLES."""
    groups: dict[Words, list[OperatorTable]] = {}
    for table in TABLES:
        groups.setdefault(table.group, []).append(table)
    return groups
