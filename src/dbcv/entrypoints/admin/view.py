"""A table of the product as a page of the panel: the newest rows, found by indexed columns, each row on its own page.

Reads only the columns that a domain names, cut to a size in SQL, and never counts further than it shows.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Select, Text, and_, cast, func, inspect, literal_column, select, union
from sqlalchemy.dialects.postgresql import JSON, JSONB
from starlette.requests import Request
from starlette_admin import BooleanField, StringField, TextAreaField
from starlette_admin.actions import row_action
from starlette_admin.exceptions import ActionFailed
from starlette_admin.views import BaseModelView

from dbcv.domains.conversations.service.masking import masked
from dbcv.entrypoints.admin.words import lazy
from dbcv.kit.db import Database
from dbcv.kit.errors import AppError
from dbcv.kit.operator_table import Doing, OperatorTable

MOST_ROWS = 10_000
"""As far as one can page; older rows are found by their columns."""
LIST_CHARACTERS = 200
PAGE_CHARACTERS = 20_000
JSON_TIMES = 10
"""JSON is read so much further than it is shown: what is cut within cannot be searched for secrets."""
KEY = "_key"


class TableView(BaseModelView):
    """What every table has in common; `make_view` makes one of a domain's description."""

    table: ClassVar[OperatorTable]
    database: ClassVar[Database]
    pk_attr = KEY
    exporters = ()
    importers = ()
    page_size = 50
    page_size_options = (50, 100)
    searchable_fields = ()
    sortable_fields = ()
    fields_default_sort = ()
    search_highlight = False
    column_visibility = False
    actions = ()

    def can_create(self, request: Request) -> bool:
        """Rows come into being through the product."""
        return False

    can_edit = can_delete = can_export = can_import = can_create

    async def find_all(
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: Any = None,
    ) -> Sequence[Any]:
        """A page of rows, the newest first; with `q` those that have exactly this value in a column with an index."""
        if not 0 < limit <= MOST_ROWS or skip >= MOST_ROWS:
            return []
        columns = [_cut(column, LIST_CHARACTERS) for column in self._columns(self.table.listed)]
        query = self._rows(q, skip + limit)
        if query is None:
            return []
        return await self._fetch(request, query.with_only_columns(*columns).offset(skip).limit(limit))

    async def count(self, request: Request, q: str | None = None, filters: Any = None) -> int:
        """How many rows can be paged through: MOST_ROWS at most."""
        query = self._rows(q, MOST_ROWS)
        if query is None:
            return 0
        bounded = query.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None).subquery()
        async with self.database.read() as session:
            return int(await session.scalar(select(func.count()).select_from(bounded)) or 0)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """One row with all that is shown of it; None if it is not there."""
        values = _key_values(pk, len(self._keys()))
        if values is None:
            return None
        columns = [_cut(column, PAGE_CHARACTERS) for column in self._columns((*self.table.listed, *self.table.shown))]
        query = select(*columns)
        for column, value in zip(self._keys(), values, strict=True):
            query = query.where(column == _value_for(column, value))
        found = await self._fetch(request, query.limit(1))
        return found[0] if found else None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        """Rows one by one: nothing is done to many at once."""
        return [row for row in [await self.find_by_pk(request, pk) for pk in pks[:1]] if row is not None]

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Not here."""
        raise ActionFailed("read only")

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Not here."""
        raise ActionFailed("read only")

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Not here."""
        raise ActionFailed("read only")

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        """Looking, and what the domain offers."""
        return name == "view" or name in {doing.name for doing in self.table.doings}

    async def repr(self, obj: Any, request: Request) -> str:
        """The first column, and the name if there is one."""
        return str(getattr(obj, "name", "") or getattr(obj, self.table.listed[0]))

    def _keys(self) -> list[Column[Any]]:
        table = self.table.row.metadata.tables[self.table.row.__tablename__]
        return list(table.primary_key.columns)

    def _columns(self, names: Sequence[str]) -> list[Any]:
        """The named columns, and those of the key."""
        mapped = inspect(self.table.row).columns
        return [*(mapped[name] for name in names), *(key for key in self._keys() if key.key not in names)]

    def _rows(self, q: str | None, most: int) -> Select[Any] | None:
        """The newest `most` rows; with `q` found through one index after the other, as a union of their keys."""
        newest = [column.desc() for column in self._keys()]
        if not (q and q.strip()):
            return select(self.table.row).order_by(*newest).limit(most)
        values = [(column, _typed(column, q.strip())) for column in self._columns(self.table.found_by)]
        found = [
            select(*self._keys()).where(column == value).order_by(*newest).limit(most)
            for column, value in values
            if value is not None and column.key in self.table.found_by
        ]
        if not found:
            return None
        keys = union(*(query.subquery().select() for query in found)).subquery()
        same_row = and_(*(column == keys.c[column.key] for column in self._keys()))
        return select(self.table.row).join(keys, same_row).order_by(*newest).limit(most)

    async def _fetch(self, request: Request, query: Select[Any]) -> list[Any]:
        async with self.database.read() as session:
            rows = (await session.execute(query)).mappings().all()
        return [self._shown(dict(row)) for row in rows]

    def _shown(self, row: dict[str, Any]) -> SimpleNamespace:
        columns = inspect(self.table.row).columns
        masks = {name: masked for name in row if _is_json(columns[name])} | dict(self.table.masked)
        hidden = {name: mask(_parsed(row[name])) for name, mask in masks.items() if name in row}
        key = [str(row[column.key]) for column in self._keys()]
        shown = {name: _text(value) for name, value in (row | hidden).items()}
        return SimpleNamespace(**shown, **{KEY: _key(key)})


def make_view(table: OperatorTable, database: Database) -> TableView:
    """A page for a table."""
    mapped = inspect(table.row).columns
    names = [*table.listed, *table.shown]
    doings: dict[str, Any] = {f"do_{doing.name}": _action(doing) for doing in table.doings}
    made = type(
        f"{table.row.__name__}View",
        (TableView,),
        {
            "table": table,
            "database": database,
            "key": table.row.__tablename__.replace("_", "-"),
            "menu_label": lazy(table.title),
            "display_name": lazy(table.title),
            "fields": [_field(mapped[name], name in table.listed) for name in names],
            "row_actions": ["view", *(doing.name for doing in table.doings)],
        }
        | doings,
    )
    view: TableView = made()
    return view


def _action(doing: Doing) -> Any:
    @row_action(
        name=doing.name,
        text=lazy(doing.title),
        confirmation=lazy(doing.question),
        header=lazy(doing.title),
        submit_btn_text=lazy(doing.title),
        submit_btn_class="action.modal_confirm_button_delete",
        exclude_from_list=True,
    )
    async def act(self: TableView, request: Request, pk: Any) -> None:
        values = _key_values(pk, 1)
        if values is None:
            raise ActionFailed("no such row")
        try:
            await doing.run(self.database, request.state.operator_id, UUID(values[0]))
        except AppError as error:
            raise ActionFailed(error.title) from error

    return act


def _field(column: Column[Any], is_listed: bool) -> StringField | BooleanField | TextAreaField:
    kind = StringField if not _is_long(column) else TextAreaField
    field: StringField = kind(column.key or "", label=column.key)
    field.exclude_from_list = not is_listed
    return field


def _is_long(column: Column[Any]) -> bool:
    return isinstance(column.type, Text) or _is_json(column)


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON | JSONB)


def _cut(column: Any, characters: int) -> Any:
    """What may be long comes cut from the database."""
    most = characters * JSON_TIMES if _is_json(column) else characters
    return func.left(cast(column, Text), most).label(column.key) if _is_long(column) else column


def _parsed(value: Any) -> Any:
    """JSON that came as text; what was cut cannot be read any more and is not shown at all."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return "…"


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case bool():
            return "✓" if value else "—"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)[:PAGE_CHARACTERS]
        case bytes():
            return "…"
        case _:
            return str(value)


def _typed(column: Column[Any], text: str) -> Any:
    """`text` as a value of the column, None where it cannot be one."""
    python_type = column.type.python_type
    try:
        if python_type is UUID:
            return UUID(text)
        if python_type is int:
            return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    except ValueError:
        return None
    lowered = text.lower() if column.key == "email" else text
    return lowered if "\0" not in text else None


def _value_for(column: Column[Any], text: str) -> Any:
    value = _typed(column, text)
    return text if value is None else value


def _key(values: Sequence[str]) -> str:
    """A row's key as plain letters, whatever is in it: it stands in addresses and in scripts of the page."""
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _key_values(key: Any, count: int) -> list[str] | None:
    try:
        text = str(key)
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    if not (isinstance(values, list) and len(values) == count and all(isinstance(value, str) for value in values)):
        return None
    return values
