"""The processes: api, worker, scheduler, the command line. Wiring only; nobody imports this package."""
