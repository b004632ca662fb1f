"""One long-running process of the product by its name: what the supervisor starts; lighter than the command line."""

import gc
import importlib
import sys

from dbcv.entrypoints.language import language_of
from dbcv.kit.errors import AppError, OperatorError

# name: module and arguments of its main()
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "api": ("api", ()),
    "worker": ("worker", ("user", "bot")),
    "worker-user": ("worker", ("user",)),
    "worker-bot": ("worker", ("bot",)),
    "scheduler": ("scheduler", ()),
    "mcp": ("mcp", ()),
    "prepare": ("prepare", ()),
}


def run(name: str) -> None:
    """Runs until it is told to stop. What an operator can mend is said in one line, with exit code 1."""
    module, roles = ROLES[name]
    main = importlib.import_module(f"dbcv.entrypoints.{module}").main
    _calm_collector()
    try:
        main(roles) if roles else main()
    except (OperatorError, AppError) as error:
        said = error.told(language_of("")) if isinstance(error, OperatorError) else str(error)
        print(f"dbcv {name}: {said}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _calm_collector() -> None:
    """Modules live as long as the process: the collector need not look at them. And a batch of turns makes thousands of
    objects, nearly none in cycles: looking after every 700 would cost a tenth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


if __name__ == "__main__":
    run(sys.argv[1])
