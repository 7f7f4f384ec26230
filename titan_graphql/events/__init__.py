"""Real-time events: channel names, the bus and its fan-out."""
