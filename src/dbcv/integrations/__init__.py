"""One folder a vendor; each uses integration_kit only and never another vendor. `CATALOGUE` is what is there."""

from pathlib import Path

from dbcv.integration_kit.catalogue import Catalogue

CATALOGUE = Catalogue(__name__, Path(__file__).parent)
