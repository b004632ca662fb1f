"""HTTP requests of a bot before conversations make them: tried out, and drafted from what people have at hand."""

from dbcv.domains.bots.service.requests.importing import Source, draft, save
from dbcv.domains.bots.service.requests.openapi import Wanted
from dbcv.domains.bots.service.requests.trial import RequestTrials, Sender, Trial

__all__ = ["RequestTrials", "Sender", "Source", "Trial", "Wanted", "draft", "save"]
