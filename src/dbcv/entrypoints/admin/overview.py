"""The panel's first page: every table with about how many rows it has, from one look at the statistics."""

from collections.abc import Sequence
from html import escape

from sqlalchemy import bindparam, text
from starlette.requests import Request
from starlette_admin.views import CustomView
from starlette_admin.widgets import HtmlWidget

from dbcv.entrypoints.admin.words import say
from dbcv.kit.db import Database
from dbcv.kit.operator_table import OperatorTable, Words

_ROWS = Words("rows, about", "строк, примерно")
_NOT_YET = Words("few rows, not counted yet", "строк мало, ещё не считались")
_ESTIMATES = text(
    "SELECT relname, reltuples::bigint FROM pg_class"
    " WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND relname IN :names"
).bindparams(bindparam("names", expanding=True))


class Overview(CustomView):
    """Links to all tables."""

    def __init__(self, db: Database, tables: Sequence[OperatorTable]) -> None:
        super().__init__(menu_label="DBCV", route_name="index", add_to_menu=False, widget=self._widget)
        self._db = db
        self._tables = tables

    async def _widget(self, request: Request) -> HtmlWidget:
        names = [table.row.__tablename__ for table in self._tables]
        async with self._db.read() as session:
            rows = (await session.execute(_ESTIMATES, {"names": names})).all()
        estimates = {row[0]: row[1] for row in rows}
        cards = "".join(self._card(request, table, estimates) for table in self._tables)
        return HtmlWidget(html=f'<div class="row row-cards">{cards}</div>')

    def _card(self, request: Request, table: OperatorTable, estimates: dict[str, int]) -> str:
        name = table.row.__tablename__
        address = request.url_for("admin:list", key=name.replace("_", "-"))
        return (
            '<div class="col-sm-6 col-lg-3"><a class="card card-sm card-link" '
            f'href="{escape(str(address))}"><div class="card-body">'
            f'<div class="fw-bold">{escape(say(table.title))}</div>'
            f'<div class="text-secondary">{_rows(estimates.get(name, -1))}</div></div></a></div>'
        )


def _rows(estimate: int) -> str:
    """PostgreSQL counts when it analyses; -1 is before that."""
    return say(_NOT_YET) if estimate < 0 else f"{say(_ROWS)} {estimate}"
