"""The names of all channels on which something is announced."""

from uuid import UUID


def job_channel(job_id: UUID) -> str:
    """Announces that a job's row has changed."""
    return f"titan:job:{job_id}"


def jobs_channel(user_id: UUID) -> str:
    """Announces, by id, that one of a user's jobs has changed."""
    return f"titan:jobs:{user_id}"


def revocations_channel() -> str:
    """Announces that a session or access token was revoked."""
    return "titan:revoked"
