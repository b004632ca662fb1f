"""Rules of bots: importing, changing, publishing, sharing. Called by the endpoints, the command line, the runtime and
the domains above. `rights.py` says who may; each other file is one group of use cases."""

from dbcv.domains.bots.service.bots import Bots, Changed
from dbcv.domains.bots.service.operator import find_for_operator

__all__ = ["Bots", "Changed", "find_for_operator"]
