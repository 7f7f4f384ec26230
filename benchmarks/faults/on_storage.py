"""on_storage."""
