"""The nouns a product person knows, one package each; a domain owns its tables, schemas, queries, rules, endpoints."""
