"""The pure engine: compiles a bot once, walks it one event at a time. No clock, no chance, no input or output."""
