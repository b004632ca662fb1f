"""What a query takes and gives."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dbcv.integration_kit.definition import Inputs, Outputs
from dbcv.integration_kit.forms import asked, said


class Query(Inputs):
    """One statement."""

    sql: Annotated[str, Field(min_length=1, max_length=20_000)] = asked(
        ...,
        "Query",
        "Запрос",
        pick="code",
        about=said("values as $1, $2: never write them into the text", "значения как $1, $2: не вписывайте их в текст"),
    )
    params: Annotated[list[Any], Field(max_length=100)] = asked([], "Values", "Значения", pick="value")
    database: Annotated[str, Field(min_length=1, max_length=63)] = asked(..., "Database", "База данных")
    read_only: bool = asked(True, "Only reads", "Только чтение")
    max_rows: Annotated[int, Field(ge=1, le=1_000)] = asked(100, "Rows at most", "Строк не больше")
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = asked(10.0, "Seconds at most", "Секунд не больше")
    tls: Literal["verify", "unverified", "off"] = asked(
        "verify",
        "Protection",
        "Защита",
        labels={
            "verify": said("TLS, the certificate is checked", "TLS, сертификат проверяется"),
            "unverified": said("TLS, any certificate", "TLS, любой сертификат"),
            "off": said("None: everything goes unprotected", "Нет: всё идёт незащищённым"),
        },
    )


class Rows(Outputs):
    """What the database gave. `is_cut`: there were more rows. `status`: its own words, such as INSERT 0 1."""

    rows: list[dict[str, Any]]
    columns: list[str]
    is_cut: bool
    status: str
