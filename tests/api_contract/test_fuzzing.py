"""Schemathesis against a running product: data that fits the description and data that does not, the same at every run.

Nothing may answer 500, and every answer must be one that the description tells of. Each round (DBCV_FUZZ_ROUNDS) tries
every call with other data, and `make faults` has many; how fast the machine is decides nothing.
"""

import os
import time
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api_contract.conftest import Running
from tests.api_contract.test_tenancy import KINDS, kind_of
from tests.api_contract.world import Tenant, register, settle
from tests.product import EMAIL, PASSWORD

ROUNDS = int(os.environ.get("DBCV_FUZZ_ROUNDS", "1"))
EXAMPLES = 2
"""Of each kind, for each call, in each round."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ENDS_THE_LOGIN = ("/logout", "/users/me/close", "/users/me/logins/", "/login/renew", "/login/refresh")
"""Tried by somebody whose login may end."""


@pytest.fixture(scope="module")
def tenant(running: Running) -> Tenant:
    return settle(running.url, running.database_url, "fuzz")


def _settings() -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip


@dataclass
class Fuzz:
    """The calls of one run, and what went wrong."""

    url: str
    tokens: dict[str, str]
    ids: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)
    failures: list[str] = field(default_factory=list)
    asked: int = 0

    def token_for(self, path: str) -> str:
        if any(part in path for part in ENDS_THE_LOGIN):
            return self.tokens["guest"]
        is_operators = path.startswith(("/api/v1/users", "/api/v1/audit", "/api/v1/icons"))
        return self.tokens["admin" if is_operators else "tenant"]

    def attempt(self, operation: Any, mode: GenerationMode, number: int) -> None:
        headers = {"Authorization": f"Bearer {self.token_for(operation.path)}"}

        @_settings()
        @hypothesis.seed(number)
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            self.asked += 1
            _use_real_ids(case, self.ids, self.asked)
            case.call_and_validate(
                base_url=self.url,
                session=self.session,
                headers=headers,
                checks=CHECKS,
                timeout=30,
                allow_redirects=False,
            )

        try:
            run()
        except FailureGroup as group:
            place = f"{operation.label} ({mode.value}, seed {number})"
            self.failures += [f"{place}: {each.title}: {each.message}"[:1500] for each in group.exceptions]
        except hypothesis.errors.Unsatisfiable:
            pass


@pytest.mark.timeout(600)
def test_no_input_makes_it_answer_what_it_does_not_tell_of(running: Running, tenant: Tenant) -> None:
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json", config=SchemathesisConfig(), timeout=90)
    operations = [found.ok() for found in schema.get_all_operations()]
    login = {"username": EMAIL, "password": PASSWORD}
    admin = requests.post(f"{running.url}/api/v1/login/access-token", data=login, timeout=30).json()["access_token"]
    guest = register(running.url, "guest")[0].token
    fuzz = Fuzz(running.url, {"admin": admin, "tenant": tenant.client.token, "guest": guest}, tenant.ids)
    began = time.monotonic()
    for number in range(ROUNDS):
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                fuzz.attempt(operation, mode, number)
    print(f"{fuzz.asked} calls in {time.monotonic() - began:.0f} s, {ROUNDS} rounds")
    assert not fuzz.failures, "\n\n".join(fuzz.failures)
    assert fuzz.asked > len(operations)


def _use_real_ids(case: Any, ids: dict[str, str], number: int) -> None:
    """Of three cases two reach something that is there."""
    if number % 3 == 0 or not case.path.startswith("/api/"):
        return
    for name in case.path_parameters or {}:
        case.path_parameters[name] = ids[kind_of(name, case.path)]
    for holder in (case.query, case.body):
        for name in list(holder) if isinstance(holder, dict) else ():
            # A text of which nothing but its name is known, as `name`, is what the case says it is.
            if name in KINDS and name.endswith("_id") and isinstance(holder[name], str):
                holder[name] = ids[kind_of(name, case.path)]
