"""amoCRM (Kommo): contacts, leads and notes."""
