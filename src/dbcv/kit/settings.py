"""Every setting of the product: an environment variable or a line of `.env`. Read once a process by `load_settings`.

What is not set is found in the data folder: secrets made at the first start, addresses of the embedded services.
"""

import json
import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dbcv.kit.box_key import BadKey, read_keys
from dbcv.kit.errors import OperatorError

_SCHEMES = {
    "database_url": ("postgresql", "postgres", "postgresql+asyncpg"),
    "redis_url": ("redis", "rediss", "unix"),
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?")
MIN_SECRET_KEY_CHARS = 32
SECRETS_FILE = "secrets.json"
SERVICES_FILE = "services.json"


class SettingsError(OperatorError):
    """A setting is missing or wrong; the text says which and how to mend it."""


def _env(name: str, default: Any, description: str, **limits: Any) -> Any:
    return Field(default, validation_alias=AliasChoices(name), description=description, **limits)


class Settings(BaseSettings):
    """The fields' descriptions are what `dbcv up --help` prints. `database_url` and `redis_url` may be empty here;
    `load_settings` fills them or refuses."""

    # Tests and tools give fields by name, and then pydantic reads variables of these names too: the prefix keeps the
    # field `home` from being everybody's HOME.
    model_config = SettingsConfigDict(
        env_file=".env", env_prefix="DBCV_", extra="ignore", populate_by_name=True, frozen=True
    )

    home: Path = _env("DBCV_HOME", Path(".dbcv"), "data folder")
    host: str = _env("DBCV_HOST", "127.0.0.1", "address to listen on")
    port: int = _env("DBCV_PORT", 8003, "port to listen on", ge=1, le=65535)
    listen_fd: int | None = _env("DBCV_LISTEN_FD", None, "a socket that listens already (set by `dbcv up`)")
    public_url: str = _env("DBCV_PUBLIC_URL", "", "address users see, if a proxy stands in front")
    mcp_port: int = _env("DBCV_MCP_PORT", 8004, "port of `dbcv mcp`", ge=1, le=65535)
    mcp_token: str = _env("DBCV_TOKEN", "", "whom `dbcv mcp --stdio` acts for: an API token", repr=False)
    environment: Literal["local", "production"] = _env(
        "DBCV_ENVIRONMENT", "local", "production: secrets must be given, none are made up"
    )

    database_url: str = _env("DATABASE_URL", "", "PostgreSQL >= 15 of your own; empty: the embedded one")
    redis_url: str = _env("REDIS_URL", "", "Redis >= 7 or Valkey of your own; empty: the embedded one")
    db_pool_size: int = _env("DB_POOL_SIZE", 6, "database connections a process keeps", ge=1)
    db_max_overflow: int = _env("DB_MAX_OVERFLOW", 4, "more of them under load", ge=0)

    s3_endpoint: str = _env("S3_ENDPOINT", "", "S3 or MinIO for files; empty: a folder in the data folder")
    s3_bucket: str = _env("S3_BUCKET", "", "bucket")
    s3_access_key: str = _env("S3_ACCESS_KEY", "", "access key", repr=False)
    s3_secret_key: str = _env("S3_SECRET_KEY", "", "secret key", repr=False)
    s3_region: str = _env("S3_REGION", "us-east-1", "region")

    secret_key: str = _env("SECRET_KEY", "", "signs tokens; made and kept in the data folder", repr=False)
    secret_box_key: str = _env("SECRET_BOX_KEY", "", "encrypts credentials (32 bytes, base64url)", repr=False)
    secret_box_key_previous: str = _env(
        "SECRET_BOX_KEY_PREVIOUS", "", "older keys that still open what they encrypted, comma-separated", repr=False
    )
    admin_email: str = _env("DBCV_ADMIN_EMAIL", "admin@example.com", "first account")
    admin_password: str = _env("DBCV_ADMIN_PASSWORD", "", "its password; empty: made up and printed once", repr=False)
    registration_open: bool = _env("DBCV_REGISTRATION_OPEN", True, "whether anybody may make an account")
    registration_role: Literal["DEVELOPER", "USER"] = _env(
        "DBCV_REGISTRATION_ROLE", "DEVELOPER", "what a newcomer may do: DEVELOPER builds bots, USER only takes part"
    )
    access_token_minutes: float = _env("DBCV_ACCESS_TOKEN_MINUTES", 15, "life of an access token", gt=0, le=1440)
    refresh_token_days: float = _env("DBCV_REFRESH_TOKEN_DAYS", 30, "a log-in unused so long is over", gt=0, le=366)
    oidc_issuer: str = _env("DBCV_OIDC_ISSUER", "", "log in through this OpenID provider; empty: passwords only")
    oidc_client_id: str = _env("DBCV_OIDC_CLIENT_ID", "", "as the provider knows this installation")
    oidc_client_secret: str = _env("DBCV_OIDC_CLIENT_SECRET", "", "empty for a public client", repr=False)
    oidc_name: str = _env("DBCV_OIDC_NAME", "OpenID", "words on its button")
    oidc_creates_accounts: bool = _env("DBCV_OIDC_CREATES_ACCOUNTS", True, "whether newcomers get an account by it")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = _env(
        "DBCV_ALLOWED_HOSTS", (), "private hosts that HTTP steps may call, comma-separated"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = _env(
        "DBCV_CORS_ORIGINS", (), "other origins whose pages may call the API, exact, comma-separated"
    )

    role: Literal["user", "bot", "all"] = _env("ROLE", "all", "what a worker does")
    workers: int = _env("DBCV_WORKERS", 1, "worker processes `dbcv up` starts", ge=1)
    shards: int = _env("DBCV_SHARDS", 4, "shards of users; as many workers can share the load", ge=1, le=1024)
    gather_seconds: float = _env("DBCV_GATHER_SECONDS", 0.001, "how long work gathers for a batch under load", ge=0)
    turn_timeout_seconds: float = _env("DBCV_TURN_TIMEOUT_SECONDS", 60.0, "longest turn, outside calls included", gt=0)
    turn_hang_seconds: float = _env(
        "DBCV_TURN_HANG_SECONDS", 5.0, "a worker that stands still longer is replaced", gt=0
    )
    turn_max_tries: int = _env("DBCV_TURN_MAX_TRIES", 5, "then a dead letter", ge=1)
    sweep_after_seconds: float = _env("DBCV_SWEEP_AFTER_SECONDS", 1.0, "ring again for what lies longer", gt=0)
    max_message_bytes: int = _env("DBCV_MAX_MESSAGE_BYTES", 2_000_000, "larger requests get 413", ge=1024)
    messages_per_second: float = _env("DBCV_MESSAGES_PER_SECOND", 200.0, "of one sender, in the long run; 0: any", ge=0)
    message_burst: int = _env("DBCV_MESSAGE_BURST", 2_000, "of one sender, at once", ge=1)
    visitors_per_second: float = _env("DBCV_VISITORS_PER_SECOND", 20.0, "new ones from one address; 0: any", ge=0)
    visitor_burst: int = _env("DBCV_VISITOR_BURST", 1_000, "new ones from one address, at once", ge=1)
    changes_per_second: float = _env(
        "DBCV_CHANGES_PER_SECOND", 50.0, "calls of one account that change something, in the long run; 0: any", ge=0
    )
    change_burst: int = _env("DBCV_CHANGE_BURST", 2_000, "of one account, at once", ge=1)
    newcomers_per_second: float = _env(
        "DBCV_NEWCOMERS_PER_SECOND", 1.0, "accounts made from one address, in the long run; 0: any", ge=0
    )
    newcomer_burst: int = _env("DBCV_NEWCOMER_BURST", 500, "of one address, at once", ge=1)
    max_effects: int = _env("DBCV_MAX_EFFECTS", 200, "calls to the outside a worker makes at once", ge=1)
    http_max_bytes: int = _env("DBCV_HTTP_MAX_BYTES", 5_000_000, "largest answer of an HTTP step, unpacked", ge=1024)
    http_held_bytes: int = _env(
        "DBCV_HTTP_HELD_BYTES", 100_000_000, "answers of HTTP steps that a process reads at once, together", ge=1024
    )
    http_seconds: float = _env(
        "DBCV_HTTP_SECONDS", 30.0, "longest HTTP step, redirects and retries included", gt=0, le=300
    )
    http_connect_seconds: float = _env("DBCV_HTTP_CONNECT_SECONDS", 5.0, "longest wait for a connection", gt=0, le=300)
    http_read_seconds: float = _env("DBCV_HTTP_READ_SECONDS", 30.0, "longest silence of a server", gt=0, le=300)
    http_retries: int = _env(
        "DBCV_HTTP_RETRIES", 2, "tries after the first, of what may arrive twice and failed in passing", ge=0, le=10
    )
    trials_per_second: float = _env(
        "DBCV_TRIALS_PER_SECOND", 2.0, "HTTP requests of one account that are tried, in the long run; 0: any", ge=0
    )
    trial_burst: int = _env("DBCV_TRIAL_BURST", 60, "of one account, at once", ge=1)
    code_seconds: float = _env("DBCV_CODE_SECONDS", 1.0, "longest run of a code step", gt=0, le=60)
    code_memory_mb: int = _env("DBCV_CODE_MEMORY_MB", 128, "most memory of a code step", ge=16, le=4096)
    code_output_bytes: int = _env("DBCV_CODE_OUTPUT_BYTES", 1_000_000, "largest result of a code step", ge=1024)
    code_log_chars: int = _env("DBCV_CODE_LOG_CHARS", 10_000, "what a code step may print", ge=0, le=1_000_000)
    code_children: int = _env("DBCV_CODE_CHILDREN", 8, "processes for code steps of a worker, at most", ge=1, le=256)
    max_file_bytes: int = _env("DBCV_MAX_FILE_BYTES", 1_073_741_824, "largest file that is taken", ge=1)
    max_image_bytes: int = _env("DBCV_MAX_IMAGE_BYTES", 25_000_000, "largest image that is taken", ge=1)
    max_visitor_file_bytes: int = _env("DBCV_MAX_VISITOR_FILE_BYTES", 10_000_000, "largest file of a visitor", ge=0)
    file_quota_bytes: int = _env("DBCV_FILE_QUOTA_BYTES", 10_737_418_240, "all files of one account together", ge=0)
    file_link_seconds: float = _env("DBCV_FILE_LINK_SECONDS", 3_600.0, "how long a link to a file opens it", gt=0)
    unused_file_hours: float = _env("DBCV_UNUSED_FILE_HOURS", 24.0, "then a file nobody sent is deleted", gt=0)
    firings_kept_days: float = _env("DBCV_FIRINGS_KEPT_DAYS", 14, "how long past times of schedules are listed", gt=0)
    stop_timeout_seconds: float = _env("DBCV_STOP_TIMEOUT_SECONDS", 10.0, "time for turns in flight at a stop", gt=0)

    metrics_token: str = _env(
        "DBCV_METRICS_TOKEN", "", "token that /metrics asks for; empty: only this machine may read it", repr=False
    )
    otlp_endpoint: str = _env(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "", "OpenTelemetry collector (http://host:4318) for traces; empty: none"
    )
    otlp_headers: str = _env("OTEL_EXPORTER_OTLP_HEADERS", "", "name=value,… sent to the collector", repr=False)
    otlp_sample_ratio: float = _env("OTEL_TRACES_SAMPLER_ARG", 1.0, "share of turns that are traced", ge=0, le=1)

    keep_turn_records_days: float = _env("DBCV_KEEP_TURN_RECORDS_DAYS", 90, "traces of turns; 0: for ever", ge=0)
    keep_messages_days: float = _env("DBCV_KEEP_MESSAGES_DAYS", 0, "what was said; 0: for ever", ge=0)
    keep_dead_letters_days: float = _env("DBCV_KEEP_DEAD_LETTERS_DAYS", 365, "dead letters; 0: for ever", ge=0)
    keep_audit_days: float = _env("DBCV_KEEP_AUDIT_DAYS", 0, "who changed what; 0: for ever", ge=0)
    keep_analytics_days: float = _env("DBCV_KEEP_ANALYTICS_DAYS", 400, "counts of analytics; 0: for ever", ge=0)

    log_level: Literal["debug", "info", "warning", "error"] = _env("DBCV_LOG_LEVEL", "info", "what is logged")
    log_format: Literal["console", "json"] = _env("DBCV_LOG_FORMAT", "console", "how it is logged")

    @field_validator("allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_box_key", "secret_box_key_previous", mode="after")
    @classmethod
    def _box_keys(cls, value: str) -> str:
        try:
            read_keys(value)
        except BadKey as error:
            raise ValueError(str(error)) from error
        return value

    @field_validator("secret_key", mode="after")
    @classmethod
    def _long(cls, value: str) -> str:
        if value and len(value) < MIN_SECRET_KEY_CHARS:
            raise ValueError(f"needs {MIN_SECRET_KEY_CHARS} characters or more (dbcv doctor shows a fresh one)")
        return value

    @field_validator("cors_origins", mode="after")
    @classmethod
    def _exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no exact origin: write https://shop.example, without a path or a *")
        return value

    @field_validator("database_url", "redis_url", mode="after")
    @classmethod
    def _known_address(cls, value: str, info: ValidationInfo) -> str:
        known = _SCHEMES[info.field_name or ""]
        if value and value.partition("://")[0] not in known:
            raise ValueError(f"has to begin with {known[0]}://")
        _ = urlsplit(value).port  # raises ValueError for a port that is no number, or brackets that do not close
        return value

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def read_settings(**overrides: Any) -> Settings:
    """What environment and `.env` say, nothing filled in or written. Raises SettingsError naming every variable."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise SettingsError(f"these settings are wrong: {wrong}", f"настройки неверны: {wrong}") from error


def load_settings(**overrides: Any) -> Settings:
    """Settings with secrets and addresses filled in. Raises SettingsError when something needed is missing.

    Writes only one file: `secrets.json` in the data folder, when it is not there and none are given.
    """
    settings = read_settings(**overrides)
    found = _addresses(settings) | ensure_secrets(settings)
    missing = {name: value for name, value in found.items() if not getattr(settings, name)}
    return settings.model_copy(update=missing)


def describe() -> list[tuple[str, str]]:
    """[(variable, what it does and its default)] of every setting, for --help and the documentation."""
    return [_describe(field) for field in Settings.model_fields.values()]


def _describe(field: FieldInfo) -> tuple[str, str]:
    choices = field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else []
    default = ", ".join(field.default) if isinstance(field.default, tuple) else str(field.default)
    shown = "" if field.default in ("", (), None) else f" [{default}]"
    return str(choices[0]), f"{field.description}{shown}"


def make_secrets() -> dict[str, str]:
    """Fresh ones, as they are kept in the file."""
    return {"secret_key": secrets.token_urlsafe(48), "secret_box_key": secrets.token_urlsafe(32)}


def ensure_secrets(settings: Settings) -> dict[str, str]:
    """Those of the data folder, made if there are none; {} when both are given. Raises SettingsError in production."""
    if settings.secret_key and settings.secret_box_key:
        return {}
    if settings.environment == "production":
        raise SettingsError(
            "in production SECRET_KEY and SECRET_BOX_KEY must be set (dbcv doctor shows fresh ones)",
            "в production нужны SECRET_KEY и SECRET_BOX_KEY (новые покажет dbcv doctor)",
        )
    path = settings.home / SECRETS_FILE
    if not path.exists():
        _write_secrets(path)
    return _read_json(path)


def _write_secrets(path: Path) -> None:
    """Complete and readable by the owner only from the first moment; if two processes race, one pair wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(make_secrets(), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _addresses(settings: Settings) -> dict[str, str]:
    if settings.database_url and settings.redis_url:
        return {}
    path = settings.home / SERVICES_FILE
    if not path.exists():
        raise SettingsError(
            f"nothing runs in {settings.home}: start `dbcv up`, or set {_unset(settings)}",
            f"в {settings.home} ничего не запущено: запустите `dbcv up` или задайте {_unset(settings)}",
        )
    return _read_json(path)


def _unset(settings: Settings) -> str:
    given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    return ", ".join(name for name, value in given.items() if not value)


def _read_json(path: Path) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}. Take it from a backup",
            f"{path} не читается: {error}. Возьмите его из резервной копии",
        ) from error
