"""DBCV: draw chatbots, publish them, talk to people; one pure engine, one place that commits."""
