"""All that an integration may use: forms, definition, credentials, http, errors. Knows no database and no broker.

An integration is a folder `dbcv/integrations/<vendor>`: `providers.py` (who gives out its secrets), `definition.py`
(names, actions, inputs, outputs), `actions.py` (the work: `async def <action>(call, inputs)`, imported at its first
use, so that listing costs no vendor's library), `icon.svg`, `README.en.md`, `README.ru.md`.
"""
