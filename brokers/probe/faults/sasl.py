from brokers.probe.faults.row import Row

ROWS: tuple[Row, ...] = ()
