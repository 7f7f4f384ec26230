"""Market-data adapters: bytes in, bars out."""
