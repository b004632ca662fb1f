"""What credentials look like: the catalogue of providers, the hosts they are bound to, the wire."""
