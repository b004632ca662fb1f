"""The command line: `dbcv COMMAND`. A command's module is imported when it is called, so all are quick."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

app = typer.Typer(
    help="DBCV: draw chatbots, publish them, talk to people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
users = typer.Typer(help="Accounts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(users, name="user")
credentials = typer.Typer(help="Secrets of bots.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(credentials, name="credentials")

File = Annotated[Path, typer.Argument(help="A bot document, JSON or YAML.", exists=True, dir_okay=False)]
Report = Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")]
TestReport = Annotated[Literal["text", "json", "junit"], typer.Option("--format", help="How to report.")]
Lang = Annotated[Literal["", "ru", "en"], typer.Option("--lang", metavar="[ru|en]", help="Without it, what LANG says.")]


class UpCommand(typer.core.TyperCommand):
    """`dbcv up --help` lists every setting too."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Called by --help."""
        from dbcv.kit.settings import describe

        with formatter.section("Settings, from the environment or a file .env"):
            formatter.write_dl(describe())


@app.command(cls=UpCommand)
def up(
    home: Annotated[str, typer.Option(help="Data folder (DBCV_HOME).")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on (DBCV_HOST).")] = "",
    port: Annotated[int | None, typer.Option(help="Port to listen on (DBCV_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes (DBCV_WORKERS).")] = None,
) -> None:
    """Start everything here; Ctrl-C stops it."""
    from dbcv.entrypoints.up import main

    _to_environment(DBCV_HOME=home, DBCV_HOST=host, DBCV_PORT=port, DBCV_WORKERS=workers)
    main()


@app.command()
def api() -> None:
    """Serve HTTP and WebSockets only."""
    _run("api")


@app.command()
def worker(
    role: Annotated[str, typer.Option(help="user: turns; bot: delivery; all: both (ROLE).", envvar="ROLE")] = "all",
) -> None:
    """Run turns, or deliver replies."""
    if role not in ("user", "bot", "all"):
        raise typer.BadParameter("user, bot or all", param_hint="--role")
    _run("worker" if role == "all" else f"worker-{role}")


@app.command()
def scheduler() -> None:
    """Fire timers and schedules only."""
    _run("scheduler")


@app.command()
def mcp(
    stdio: Annotated[bool, typer.Option("--stdio", help="For one client, over standard input; DBCV_TOKEN.")] = False,
    port: Annotated[int | None, typer.Option(help="Port to listen on (DBCV_MCP_PORT).")] = None,
) -> None:
    """Serve the tools that AI assistants call (MCP)."""
    if not stdio:
        _to_environment(DBCV_MCP_PORT=port)
        _run("mcp")
        return
    from dbcv.entrypoints.mcp import serve_stdio

    _plainly(serve_stdio)


@app.command()
def migrate(make: Annotated[str, typer.Option(help="Write a new migration with this title.")] = "") -> None:
    """Bring the database's schema to this version."""
    from dbcv.entrypoints.migrate import main

    _plainly(main, make)


@app.command()
def check(file: File, lang: Lang = "", format: Report = "text") -> None:
    """Say everything that is wrong with a bot document."""
    from dbcv.entrypoints.check import main

    _plainly(main, file, lang, format)


@app.command()
def play(file: File, lang: Lang = "") -> None:
    """Talk to a bot in the terminal."""
    from dbcv.entrypoints.play import main

    _plainly(main, file, lang)


@app.command()
def test(
    files: Annotated[
        list[Path], typer.Argument(help="Conversations, or bots with tests inside; YAML or JSON.", exists=True)
    ],
    lang: Lang = "",
    format: TestReport = "text",
    min_coverage: Annotated[float, typer.Option(help="Percent of steps and connections to reach, else 1.")] = 0,
) -> None:
    """Run written conversations, and those that bots were exported with, against their bots."""
    from dbcv.entrypoints.test import main

    _plainly(main, files, lang, format, min_coverage)


@app.command("import")
def import_bot(
    file: File, owner: Annotated[str, typer.Option(help="E-mail of the account that will own it.")] = ""
) -> None:
    """Put a bot document into the database."""
    from dbcv.entrypoints.transfer import import_file

    _plainly(import_file, file, owner)


@app.command()
def export(
    bot: Annotated[str, typer.Argument(help="Id or name of the bot.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; without it, the console.")] = None,
) -> None:
    """Write a bot's document."""
    from dbcv.entrypoints.transfer import export_bot

    _plainly(export_bot, bot, output)


@users.command("create")
def user_create(
    email: str,
    username: Annotated[str, typer.Option(help="Without it, the e-mail's first part.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
) -> None:
    """Make an account; asks for its password."""
    from dbcv.entrypoints.users import create

    _plainly(create, email, username, admin)


@users.command("reset-password")
def user_reset_password(email: str) -> None:
    """Set a new password and end all log-ins of the account."""
    from dbcv.entrypoints.users import reset_password

    _plainly(reset_password, email)


@credentials.command("rotate")
def credentials_rotate() -> None:
    """Encrypt every secret with the current SECRET_BOX_KEY; SECRET_BOX_KEY_PREVIOUS opens the old ones."""
    from dbcv.entrypoints.credentials import main

    _plainly(main)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to; must not be there yet.", dir_okay=False)]) -> None:
    """Save everything (database, files, keys) as one file, while it runs."""
    from dbcv.entrypoints.backup import backup as write

    _plainly(write, file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `dbcv backup` wrote.", exists=True, dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Bring everything of a backup back, into an empty data folder (DBCV_HOME) or database (DATABASE_URL)."""
    from dbcv.entrypoints.backup import restore as read

    _plainly(read, file, force)


@app.command()
def doctor(lang: Lang = "") -> None:
    """Say what is wrong with this installation and how to mend it."""
    from dbcv.entrypoints.doctor import main

    raise typer.Exit(main(lang))


def _run(name: str) -> None:
    from dbcv.entrypoints.run import run

    run(name)


def _plainly(command: Callable[..., Any], *arguments: Any) -> None:
    """Errors that are the caller's to mend are one line, not a traceback. A number it returns is the exit code."""
    from dbcv.entrypoints.language import language_of
    from dbcv.kit.errors import AppError, OperatorError, Unavailable

    try:
        code = command(*arguments)
    except OperatorError as error:
        typer.echo(f"dbcv: {error.told(language_of(''))}", err=True)
        raise typer.Exit(1) from None
    except Unavailable as error:
        typer.echo(f"dbcv: {error}. Start it with `dbcv up`; `dbcv doctor` says what is wrong", err=True)
        raise typer.Exit(1) from None
    except AppError as error:
        typer.echo(f"dbcv: {error}", err=True)
        for detail in error.errors:
            said = "" if detail.message == error.title else f"  {detail.path}: {detail.message}"
            hint = f"    {detail.hint}" if detail.hint else ""
            typer.echo("\n".join(part for part in (said, hint) if part), err=True)
        raise typer.Exit(1) from None
    if isinstance(code, int) and code:
        raise typer.Exit(code)


def _to_environment(**options: Any) -> None:
    """Options win over the environment, and reach every process that is started."""
    import os

    os.environ.update({name: str(value) for name, value in options.items() if value not in ("", None)})


if __name__ == "__main__":
    app()
