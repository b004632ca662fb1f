"""Media: files and icons. Knows no bot."""
