"""All that an integration may use: definition, credentials, http, errors. Knows no database and no broker."""
