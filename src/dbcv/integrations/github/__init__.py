"""GitHub: issues, comments and starting a workflow."""
