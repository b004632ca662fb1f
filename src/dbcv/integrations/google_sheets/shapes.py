"""What the actions of Google Sheets take and give."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said

_IN_ADDRESS = re.compile(r"/spreadsheets/d/([\w-]{20,200})")
_ID = re.compile(r"[\w-]{20,200}")


def _id_in(text: str) -> str:
    found = _IN_ADDRESS.search(text)
    spreadsheet_id = found[1] if found else text.strip()
    if not _ID.fullmatch(spreadsheet_id):
        raise ValueError("give the address of the table, https://docs.google.com/spreadsheets/d/…, or its id")
    return spreadsheet_id


Spreadsheet = Annotated[str, Field(min_length=1, max_length=2_048), AfterValidator(_id_in)]
Sheet = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f!]+$")]
Range = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
Cell = str | int | float | bool | None
Row = Annotated[list[Cell], Field(max_length=1_000)]


class _InTable(Inputs):
    spreadsheet: Spreadsheet = asked(..., "Table", "Таблица", about=said("its address or id", "её адрес или id"))


class AppendRowInputs(_InTable):
    """A row below the last one."""

    sheet: Sheet = asked("Sheet1", "Sheet", "Лист", about=said("its name below", "имя внизу, например Лист1"))
    values: Row = asked(
        ..., "Values", "Значения", about=said("one for each column", "по одному на столбец"), pick="value"
    )
    is_raw: bool = asked(False, "As they are", "Как есть", about=said("no formulas or dates", "без формул и дат"))


class ReadRangeInputs(_InTable):
    """Cells, and whether the first row names the columns."""

    range: Range = asked(
        ..., "Range", "Диапазон", about=said("as Sheet1!A1:C20 or Sheet1", "вида Лист1!A1:C20 или Лист1")
    )
    has_header: bool = asked(True, "First row holds names", "В первой строке названия")
    limit: Annotated[int, Field(ge=1, le=5_000)] = asked(1_000, "Rows at most", "Не больше строк")


class UpdateRangeInputs(_InTable):
    """Other values for cells; null leaves a cell as it is."""

    range: Range = asked(..., "Range", "Диапазон", about=said("as Sheet1!A2:C2", "вида Лист1!A2:C2"))
    values: Annotated[list[Row], Field(min_length=1, max_length=1_000)] = asked(
        ..., "Values", "Значения", about=said("rows of values", "строки значений"), pick="value"
    )
    is_raw: bool = asked(False, "As they are", "Как есть", about=said("no formulas or dates", "без формул и дат"))


class FindRowInputs(_InTable):
    """The first row with this value in this column; letters' case and spaces around do not matter."""

    sheet: Sheet = asked("Sheet1", "Sheet", "Лист", about=said("its name below", "имя внизу, например Лист1"))
    column: Annotated[str, Field(min_length=1, max_length=200)] = asked(
        ..., "Column", "Столбец", about=said("its name in the first row", "название из первой строки")
    )
    value: Annotated[str, Field(max_length=1_000)] = asked(..., "Value", "Значение")


class Changed(Outputs):
    """Where it was written, as Sheet1!A7:C7."""

    range: str
    rows: int
    cells: int


class Table(Outputs):
    """`rows`: as they are, without the header; `records`: by the names of the header."""

    count: int
    header: list[str]
    rows: list[list[Any]]
    records: list[dict[str, Any]]


class Found(Outputs):
    """`row`: its number in the sheet, for Change cells; null when `is_found` is false."""

    is_found: bool
    row: int | None = None
    record: dict[str, Any] = Field(default_factory=dict)
