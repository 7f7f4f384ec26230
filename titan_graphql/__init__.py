"""TITAN: a self-hosted research and monitoring platform for pairs trading."""
