"""What Google Sheets does for a bot."""

from typing import Any

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integration_kit.rest import UNREADABLE, unreadable
from dbcv.integrations.google_sheets.client import ask
from dbcv.integrations.google_sheets.shapes import (
    AppendRowInputs,
    Changed,
    FindRowInputs,
    Found,
    ReadRangeInputs,
    Table,
    UpdateRangeInputs,
)

ERRORS = UNREADABLE
explain = unreadable


async def append_row(call: Call, inputs: AppendRowInputs) -> Changed:
    """A row below the last one."""
    value = await ask(
        call,
        "POST",
        inputs.spreadsheet,
        _whole(inputs.sheet),
        verb=":append",
        body={"values": [inputs.values]},
        valueInputOption=_option(inputs.is_raw),
        insertDataOption="INSERT_ROWS",
    )
    return _changed(value["updates"])


async def read_range(call: Call, inputs: ReadRangeInputs) -> Table:
    """Cells as rows and as records."""
    rows = await _rows(call, inputs.spreadsheet, inputs.range)
    header = [str(cell) for cell in rows[0]] if rows and inputs.has_header else []
    rows = rows[1:] if inputs.has_header else rows
    rows = rows[: inputs.limit]
    records = [_record(header, row) for row in rows] if header else []
    return Table(count=len(rows), header=header, rows=rows, records=records)


async def update_range(call: Call, inputs: UpdateRangeInputs) -> Changed:
    """Other values for cells."""
    value = await ask(
        call,
        "PUT",
        inputs.spreadsheet,
        inputs.range,
        body={"values": inputs.values},
        valueInputOption=_option(inputs.is_raw),
    )
    return _changed(value)


async def find_row(call: Call, inputs: FindRowInputs) -> Found:
    """The first row with a value in a column."""
    rows = await _rows(call, inputs.spreadsheet, _whole(inputs.sheet))
    header = [str(cell) for cell in rows[0]] if rows else []
    names = [_plain(name) for name in header]
    if _plain(inputs.column) not in names:
        known = ", ".join(header[:20]) or "none"
        raise IntegrationFailed(f'the sheet has no column "{inputs.column}"; its first row names: {known}')
    place, wanted = names.index(_plain(inputs.column)), _plain(inputs.value)
    for number, row in enumerate(rows[1:], start=2):
        if place < len(row) and _plain(row[place]) == wanted:
            return Found(is_found=True, row=number, record=_record(header, row))
    return Found(is_found=False)


async def _rows(call: Call, spreadsheet: str, cells: str) -> list[list[Any]]:
    value = await ask(call, "GET", spreadsheet, cells, majorDimension="ROWS")
    rows: list[list[Any]] = value.get("values", [])
    return rows


def _record(header: list[str], row: list[Any]) -> dict[str, Any]:
    """Google leaves out empty cells at the end of a row."""
    return {name: row[place] if place < len(row) else "" for place, name in enumerate(header) if name}


def _whole(sheet: str) -> str:
    """The whole sheet as a range: a bare name such as A1 would mean a cell."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def _plain(cell: Any) -> str:
    return str(cell).strip().casefold()


def _option(is_raw: bool) -> str:
    return "RAW" if is_raw else "USER_ENTERED"


def _changed(value: dict[str, Any]) -> Changed:
    return Changed(range=value["updatedRange"], rows=value.get("updatedRows", 0), cells=value.get("updatedCells", 0))
