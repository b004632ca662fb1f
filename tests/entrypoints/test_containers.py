"""Dockerfile and compose.yaml, run without Docker: what the image copies is enough, and every command of a service gets
healthy with the environment it is given, over TCP."""

import fnmatch
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbcv.kit.local_services import LocalServices
from dbcv.kit.settings import make_secrets
from tests.product import free_port

ROOT = Path(__file__).resolve().parents[2]
OURS = ("backend", "mcp-dbcv", "faststream-user", "faststream-bot", "scheduler")
OF_THE_SOURCE_DOCUMENT = {*OURS, "postgres", "redis", "s3", "s3-init"}
GIVEN = {
    "POSTGRES_PASSWORD": "passwordOfTests",
    "S3_SECRET_KEY": "filesOfTests",
    "SECRET_KEY": "a secret of the tests only, long enough for HS256",
    "SECRET_BOX_KEY": make_secrets()["secret_box_key"],
    "DBCV_ADMIN_PASSWORD": "the password of tests",
}
START_SECONDS = 45.0


def steps() -> list[tuple[str, str]]:
    """[(instruction, its text)] of the Dockerfile, continued lines joined, comments gone."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(filled((ROOT / "compose.yaml").read_text()))
    return loaded


def filled(text: str) -> str:
    """Variables as compose fills them in; one that is needed and not given fails."""

    def value(found: re.Match[str]) -> str:
        name, mark, rest = found[1], found[2] or "", found[3] or ""
        if name in GIVEN:
            return GIVEN[name]
        assert mark != ":?", f"{name} is needed: {rest}"
        return rest

    return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", value, text)


def ignored(path: str) -> bool:
    """As .dockerignore says: the last line that fits decides."""
    verdict = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().lstrip("!")
        if not pattern or pattern.startswith("#"):
            continue
        tops = [path] + [str(parent) for parent in Path(path).parents if str(parent) != "."]
        names = pattern.removeprefix("**/")
        if any(
            fnmatch.fnmatchcase(top, pattern) or (pattern[:3] == "**/" and fnmatch.fnmatchcase(Path(top).name, names))
            for top in tops
        ):
            verdict = not line.startswith("!")
    return verdict


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the build stage copies, and only those."""
    made = tmp_path_factory.mktemp("image")
    for instruction, text in steps():
        if instruction != "COPY" or "--from" in text:
            continue
        *sources, target = text.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            command = ["git", "ls-files", "-co", "--exclude-standard", source]
            listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            for name in filter(lambda name: not ignored(name) and (ROOT / name).is_file(), listed.stdout.split("\n")):
                into = made / (target if source.endswith("/") else f"{target}/{source}")
                to = into / Path(name).relative_to(source) if source.endswith("/") else into
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, to)
    return made


def test_only_what_is_needed_gets_into_the_image(image: Path) -> None:
    assert {path.name for path in image.iterdir()} == {
        "requirements", "tools", "pyproject.toml", "README.md", "LICENSE", "migrations", "src", "web",
    }  # fmt: skip
    for name in (
        ".env",
        ".dbcv/secrets.json",
        ".git/config",
        "web/node_modules/x",
        "web/dist/x",
        "src/dbcv/__pycache__/x",
    ):
        assert ignored(name), name


def test_base_images_are_pinned_and_nothing_runs_as_root() -> None:
    images = [text.split()[0] for instruction, text in steps() if instruction == "FROM"]
    images += [service["image"] for service in compose()["services"].values() if "build" not in service]
    assert all(re.search(r":(RELEASE\.)?\d+[.\-]\d+", image) for image in images), images
    users = [text for instruction, text in steps() if instruction == "USER"]
    assert users == ["dbcv"]
    assert ("HEALTHCHECK" in dict(steps())) and ("CMD" in dict(steps()))


def test_the_package_installs_from_what_is_copied(image: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=image, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("dbcv-*.whl"))) == 1


def test_run_steps_name_what_is_there(image: Path) -> None:
    for instruction, text in steps():
        if instruction == "RUN":
            subprocess.run(["sh", "-n", "-c", text], check=True)
    installs = [text.split() for instruction, text in steps() if instruction == "RUN" and "install.py" in text]
    assert installs == [["python", "tools/install.py", "runtime", "pages"]]
    done = subprocess.run([sys.executable, "tools/install.py", "--help"], cwd=image, capture_output=True, text=True)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    locks = [image / "requirements" / "runtime.lock", image / "web" / "package-lock.json"]
    assert all(lock.exists() for lock in locks)


def test_the_services_are_the_source_documents() -> None:
    services = compose()["services"]
    assert set(services) == OF_THE_SOURCE_DOCUMENT | {"prepare"}
    for name in OURS:
        assert services[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
        assert (services[name]["read_only"], services[name]["cap_drop"]) == (True, ["ALL"])
        assert not any("0.0.0.0" in port for port in services[name].get("ports", []))
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)


@contextmanager
def over_tcp(path: Path) -> Iterator[int]:
    """A port on loopback that leads to a Unix socket, as the container's network would."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(path))
            for pair in ((near, far), (far, near)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def environment_of(service: dict[str, Any], ports: dict[str, int], image: Path, home: Path) -> dict[str, str]:
    """What compose sets, with the names of hosts led to this machine, and files in a folder."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    text = {name: str(value or "") for name, value in service["environment"].items()}
    for host, port in {"postgres:5432": ports["postgres"], "redis:6379": ports["redis"]}.items():
        text = {name: value.replace(host, f"127.0.0.1:{port}") for name, value in text.items()}
    text["DATABASE_URL"] = text["DATABASE_URL"].removesuffix("/dbcv") + f"/{ports['database']}"
    files = {"S3_ENDPOINT": "", "S3_BUCKET": ""}  # the tests of files have an S3 of their own
    own = {"PYTHONPATH": str(image / "src"), "DBCV_HOME": str(home), "DBCV_SHARDS": "2", "DBCV_LOG_FORMAT": "json"}
    listening = {"DBCV_PORT": str(ports["api"]), "DBCV_MCP_PORT": str(ports["mcp"]), "DBCV_HOST": "127.0.0.1"}
    return kept | text | files | own | listening


def argv_of(command: list[str]) -> list[str]:
    """`dbcv …` and `python …` of the image as those of these sources."""
    words = {"dbcv": [sys.executable, "-m", "dbcv.entrypoints.cli"], "python": [sys.executable]}
    return [*words[command[0]], *command[1:]]


@pytest.mark.timeout(150)
def test_every_service_gets_healthy(services: LocalServices, database_url: str, image: Path, tmp_path: Path) -> None:
    described = compose()["services"]
    sockets = Path(re.findall(r"host=([^&]+)", database_url)[0])
    valkey = Path(services.addresses()["redis_url"].removeprefix("unix://").partition("?")[0])
    with over_tcp(next(sockets.glob(".s.PGSQL.*[0-9]"))) as postgres, over_tcp(valkey) as redis:
        database = re.findall(r"/(test_\w+)", database_url)[0]
        ports: dict[str, Any] = {"postgres": postgres, "redis": redis, "api": free_port(), "mcp": free_port()}
        ports["database"] = database
        environments = {
            name: environment_of(described[name], ports, image, tmp_path / name) for name in ("prepare", *OURS)
        }
        prepared = subprocess.run(
            argv_of(described["prepare"]["command"]),
            env=environments["prepare"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert prepared.returncode == 0, prepared.stderr
        started = {
            name: subprocess.Popen(
                argv_of(described[name]["command"]), env=environments[name], cwd=tmp_path,
                stdout=subprocess.DEVNULL, stderr=(tmp_path / f"{name}.log").open("wb"),
            )
            for name in OURS
        }  # fmt: skip
        try:
            wait_healthy(described, environments, started, tmp_path)
        finally:
            codes = {name: stop(process) for name, process in started.items()}
    assert set(codes.values()) <= {0, -signal.SIGTERM}, codes


def wait_healthy(described: Any, environments: Any, started: Any, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    image_check = shlex.split(dict(steps())["HEALTHCHECK"].partition("CMD ")[2].strip("[]").replace(",", " "))
    waiting = list(started)
    while waiting:
        name = waiting[0]
        log = (folder / f"{name}.log").read_text()
        assert started[name].poll() is None, f"{name} ended: {log[-2000:]}"
        assert time.monotonic() < deadline, f"{name} did not get healthy: {log[-2000:]}"
        check = described[name].get("healthcheck", {}).get("test", ["CMD", *image_check])[1:]
        done = subprocess.run(argv_of(check), env=environments[name], cwd=folder, capture_output=True, text=True)
        if done.returncode == 0:
            waiting.pop(0)
        else:
            time.sleep(0.3)


def stop(process: "subprocess.Popen[bytes]") -> int:
    process.terminate()
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
