"""on_clients."""
