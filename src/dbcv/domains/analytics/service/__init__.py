"""Rules of analytics: how turns are counted (`rolling`), what makers are shown of it (`figures`, `funnel`)."""
