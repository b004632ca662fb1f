"""What transports count."""

from dbcv.kit.metrics import Counter, Histogram

received = Counter("dbcv_transport_received_total", "Messages that came in by a transport", ("transport",))
sent = Counter(
    "dbcv_transport_sent_total",
    "Tries to send by a transport, and how they ended: sent, paused, again, refused, blocked, nobody",
    ("transport", "outcome"),
)
send_seconds = Histogram("dbcv_transport_send_seconds", "How long one call of a transport took", labels=("transport",))
