"""Telegram: messages, files and buttons of a Telegram bot, by python-telegram-bot."""
