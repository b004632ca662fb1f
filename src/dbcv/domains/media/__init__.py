"""Files: attachments of messages and bots, and the icons of presets and integrations. Bytes lie in kit/storage.

It is below bots and conversations: what it must ask of them (may this caller change the bot, enter the channel) goes
through `service.surroundings`, which the processes fill in.
"""
