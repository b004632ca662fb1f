"""What templates mean as data, pure: schemas and mappings, library templates as documents, steps made into a template,
what two versions differ in. Called by the service; no tables, no I/O."""
