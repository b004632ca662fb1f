"""Use cases of files and icons. `attachments` takes, gives and forgets files; `saving` is a bot's way; `named` fills in
what documents name by ids; `keeping` cleans up; `icons` is the IconService. What bytes may be is judged in `types`,
`pictures` and `vectors`."""
