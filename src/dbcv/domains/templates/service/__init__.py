"""Rules of templates: libraries of them, those of a bot, the steps that run them. Called by the endpoints; `part.py`
and `kinds.py` are what bots ask for a document and for a batch of changes."""

from dbcv.domains.templates.service.kinds import TemplateInstanceKind, TemplateKind
from dbcv.domains.templates.service.part import TemplatesPart

__all__ = ["TemplateInstanceKind", "TemplateKind", "TemplatesPart"]
