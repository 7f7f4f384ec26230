"""Tables and their enums."""
