"""Use-cases: rules, row access and transactions."""
