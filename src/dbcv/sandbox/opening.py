"""Which engine runs code on this host, decided once a process by what the host can do. See ADR 0030."""

from dbcv.kit.settings import Settings
from dbcv.sandbox.jail.seccomp import Filter, NoFilterError
from dbcv.sandbox.jailed import JailedSandbox
from dbcv.sandbox.port import CodeLimits, CodeSandbox


def open_sandbox(settings: Settings) -> CodeSandbox:
    """The engine for this process; starts nothing before the first call. Close it at the end."""
    if obstacle() is None:
        return JailedSandbox(limits_of(settings))
    # Its library is only loaded where it is needed: it would be a part of every process otherwise.
    from dbcv.sandbox.monty import MontySandbox

    return MontySandbox(limits_of(settings))


def limits_of(settings: Settings) -> CodeLimits:
    """What the operator allows a code step."""
    return CodeLimits(
        seconds=settings.code_seconds,
        memory_bytes=settings.code_memory_mb * 2**20,
        output_bytes=settings.code_output_bytes,
        log_chars=settings.code_log_chars,
        children=settings.code_children,
    )


def obstacle() -> str | None:
    """Why jailed CPython cannot run here, as far as can be told without starting it; None where it can."""
    try:
        Filter().ask_kernel()
    except NoFilterError as error:
        return str(error)
    return None
