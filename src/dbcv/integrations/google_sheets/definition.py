"""Google Sheets in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.google_sheets.providers import PROVIDERS
from dbcv.integrations.google_sheets.shapes import (
    AppendRowInputs,
    Changed,
    FindRowInputs,
    Found,
    ReadRangeInputs,
    Table,
    UpdateRangeInputs,
)

_TABLE = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/edit"

INTEGRATION = Integration(
    id="google_sheets",
    section="tables",
    name=said("Google Sheets", "Google Таблицы"),
    about=said("Rows of a table: add, read, change, find.", "Строки таблицы: добавить, прочесть, изменить, найти."),
    library="jwt",
    site="https://docs.google.com/spreadsheets",
    providers=PROVIDERS,
    actions=(
        Action(
            id="append_row",
            name=said("Add a row", "Добавить строку"),
            about=said("Below the last one.", "Под последней."),
            inputs=AppendRowInputs,
            outputs=Changed,
            example={"spreadsheet": _TABLE, "sheet": "Sheet1", "values": ["Ann", "ann@example.com", 31]},
            result={"range": "Sheet1!A4:C4", "rows": 1, "cells": 3},
        ),
        Action(
            id="read_range",
            name=said("Read cells", "Прочесть ячейки"),
            about=said("A range, as rows and as records.", "Диапазон, строками и записями."),
            inputs=ReadRangeInputs,
            outputs=Table,
            example={"spreadsheet": _TABLE, "range": "Sheet1!A1:C20"},
            result={
                "count": 1,
                "header": ["Name", "Age"],
                "rows": [["Ann", "31"]],
                "records": [{"Name": "Ann", "Age": "31"}],
            },
        ),
        Action(
            id="update_range",
            name=said("Change cells", "Изменить ячейки"),
            about=said("Writes other values into a range.", "Пишет в диапазон другие значения."),
            inputs=UpdateRangeInputs,
            outputs=Changed,
            example={"spreadsheet": _TABLE, "range": "Sheet1!C2", "values": [[32]]},
            result={"range": "Sheet1!C2", "rows": 1, "cells": 1},
        ),
        Action(
            id="find_row",
            name=said("Find a row", "Найти строку"),
            about=said("The first with a value in a column.", "Первую с таким значением в столбце."),
            inputs=FindRowInputs,
            outputs=Found,
            example={"spreadsheet": _TABLE, "sheet": "Sheet1", "column": "Name", "value": "Ann"},
            result={"is_found": True, "row": 2, "record": {"Name": "Ann", "Age": "31"}},
        ),
    ),
)
