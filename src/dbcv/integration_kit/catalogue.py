"""What is installed: every folder of `dbcv.integrations`, found on disk, imported when it is asked for.

Called by the domains (to list, to check) and by the runtime (to act). Nothing here imports a vendor's library.
"""

import difflib
import importlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType

from dbcv.integration_kit.credentials import Provider
from dbcv.integration_kit.definition import Action, Integration


class Catalogue:
    """The integrations of a package; `folder` is where it lies."""

    def __init__(self, package: str, folder: Path) -> None:
        self._package, self._folder = package, folder
        self._actions: dict[str, ModuleType] = {}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Of all integrations, in order."""
        return tuple(sorted(path.parent.name for path in self._folder.glob("*/definition.py")))

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """Who gives out the secrets that they take, by id."""
        named = sorted(path.parent.name for path in self._folder.glob("*/providers.py"))
        modules = [importlib.import_module(f"{self._package}.{name}.providers") for name in named]
        return {provider.id: provider for module in modules for provider in module.PROVIDERS}

    def get(self, integration_id: str) -> Integration | None:
        """The integration of this id, if there is one."""
        if integration_id not in self.ids:
            return None
        found: Integration = importlib.import_module(f"{self._package}.{integration_id}.definition").INTEGRATION
        return found

    def all(self) -> Sequence[Integration]:
        """All of them, in the order of their ids."""
        return [found for found in map(self.get, self.ids) if found is not None]

    def find(self, action_id: str) -> tuple[Integration, Action] | None:
        """What "telegram.send_message" names, if anything."""
        vendor, _, name = action_id.partition(".")
        integration = self.get(vendor)
        action = integration.action(name) if integration else None
        return (integration, action) if integration and action else None

    def nearest(self, action_id: str) -> str | None:
        """The name that was probably meant."""
        names = [f"{each.id}.{action.id}" for each in self.all() for action in each.actions]
        close = difflib.get_close_matches(action_id, names, n=1, cutoff=0.5)
        vendor = action_id.partition(".")[0]
        return close[0] if close else next((name for name in names if name.startswith(f"{vendor}.")), None)

    def actions_of(self, integration: Integration) -> ModuleType:
        """The module that acts, and with it the vendor's library: may take a second, call it on a thread."""
        if integration.id not in self._actions:
            self._actions[integration.id] = importlib.import_module(f"{self._package}.{integration.id}.actions")
        return self._actions[integration.id]

    def icon(self, integration_id: str) -> bytes | None:
        """Its drawing as it lies in the folder."""
        path = self._folder / integration_id / "icon.svg"
        return path.read_bytes() if integration_id in self.ids and path.is_file() else None
