"""Google Sheets: rows are added, read, changed and found; by a service account or by OAuth."""
