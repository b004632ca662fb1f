"""One query to a user's own database, by asyncpg, to an address that the guard found."""

import json
import ssl
from contextlib import suppress
from typing import Any

import asyncpg

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.postgres.shapes import Query, Rows
from dbcv.integrations.postgres.values import as_json, as_parameter

ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)
CONNECT_SECONDS = 5.0
MAX_BYTES = 500_000
ROWS_AT_ONCE = 50


def explain(error: Exception) -> IntegrationFailed:
    """The database's own words."""
    refused = isinstance(error, asyncpg.InvalidAuthorizationSpecificationError)
    first_line = str(error).partition("\n")[0]
    words = "took too long" if isinstance(error, asyncpg.QueryCanceledError) else f"answered: {first_line}"
    return IntegrationFailed(f"the database {words}", code="credential" if refused else "failed")


async def query(call: Call, inputs: Query) -> Rows:
    """The rows of one statement, in a transaction of its own."""
    connection = await _connect(call, inputs)
    try:
        async with connection.transaction(readonly=inputs.read_only):
            return await _ask(connection, inputs)
    finally:
        with suppress(*ERRORS, OSError, TimeoutError):
            await connection.close(timeout=1)


async def _connect(call: Call, inputs: Query) -> Any:
    if not call.secret.servers:
        hint = "bind the credential to your database, such as db.example.com:5432"
        raise IntegrationFailed(f"it is not known which server to use: {hint}", code="credential")
    host, port = call.secret.servers[0]
    address = (await call.network.addresses(host, port))[0]
    milliseconds = str(round(inputs.timeout_seconds * 1_000))
    return await asyncpg.connect(
        host=address, port=port, user=call.secret.values["username"], password=call.secret.values["password"],
        database=inputs.database, ssl=_tls(inputs, host), timeout=CONNECT_SECONDS,
        command_timeout=inputs.timeout_seconds, statement_cache_size=0,
        server_settings={"statement_timeout": milliseconds, "application_name": "dbcv"},
    )  # fmt: skip


class _Named(ssl.SSLContext):
    """Checks the certificate against the name that was asked for: the connection goes to a checked address of it."""

    name = ""

    def wrap_bio(self, *args: Any, **options: Any) -> Any:
        return super().wrap_bio(*args, **(options | {"server_hostname": self.name}))


def _tls(inputs: Query, host: str) -> Any:
    if inputs.tls == "off":
        return False
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.name = host
    if inputs.tls == "verify":
        context.load_default_certs()
    else:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _ask(connection: Any, inputs: Query) -> Rows:
    statement = await connection.prepare(inputs.sql)
    kinds = [each.name for each in statement.get_parameters()]
    if len(kinds) != len(inputs.params):
        words = f"the query has {len(kinds)} values, {len(inputs.params)} are given"
        raise IntegrationFailed(words, code="bad_config")
    values = [as_parameter(kind, value, f"params[{at}]") for at, (kind, value) in
              enumerate(zip(kinds, inputs.params, strict=True))]  # fmt: skip
    columns = [each.name for each in statement.get_attributes()]
    if not columns:
        await statement.fetch(*values)
        return Rows(rows=[], columns=[], is_cut=False, status=statement.get_statusmsg())
    rows, is_cut = await _rows(statement, values, inputs.max_rows)
    return Rows(rows=rows, columns=columns, is_cut=is_cut, status=statement.get_statusmsg() or f"SELECT {len(rows)}")


async def _rows(statement: Any, values: list[Any], limit: int) -> tuple[list[dict[str, Any]], bool]:
    """At most `limit` rows, asked for some at a time, so that a large table is never on its way here whole."""
    rows: list[dict[str, Any]] = []
    size = 0
    cursor = await statement.cursor(*values)
    while len(rows) <= limit:
        found = await cursor.fetch(min(ROWS_AT_ONCE, limit + 1 - len(rows)))
        if not found:
            return rows, False
        for record in found:
            rows.append({name: as_json(value) for name, value in record.items()})
            size += len(json.dumps(rows[-1]))
        if size > MAX_BYTES:
            raise IntegrationFailed(f"the rows are larger than {MAX_BYTES} bytes: ask for fewer or shorter ones")
    return rows[:limit], True
