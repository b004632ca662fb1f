"""PostgreSQL in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.postgres.providers import PROVIDERS
from dbcv.integrations.postgres.shapes import Query, Rows

INTEGRATION = Integration(
    id="postgres",
    section="tables",
    name=said("PostgreSQL", "PostgreSQL"),
    about=said("Queries to a database of your own", "Запросы к вашей базе данных"),
    library="asyncpg",
    site="https://www.postgresql.org/docs/current/sql.html",
    providers=PROVIDERS,
    actions=(
        Action(
            "query",
            said("Ask the database", "Спросить базу"),
            said("One statement with values; reads only, unless you allow more", "Один запрос со значениями; только "
                 "чтение, если не разрешить большего"),
            Query,
            Rows,
            {"sql": "SELECT name FROM goods WHERE price < $1", "params": ["{$message.text$}"], "database": "shop"},
            {"rows": [{"name": "Tea"}], "columns": ["name"], "is_cut": False, "status": "SELECT 1"},
        ),
    ),
)  # fmt: skip
