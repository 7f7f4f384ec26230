"""What the graph says: types, descriptions, permissions."""
