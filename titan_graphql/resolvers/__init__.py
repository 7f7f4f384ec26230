"""How a field of the graph is answered."""
