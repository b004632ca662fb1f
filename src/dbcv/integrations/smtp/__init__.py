"""E-mail by any mail server, through aiosmtplib."""
