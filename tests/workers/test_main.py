"""The worker declares exactly the jobs that can be enqueued."""

import dramatiq

import workers.main
from titan_graphql.queue import JobName


def test_every_job_name_has_one_actor():
    assert workers.main is not None
    declared = dramatiq.get_broker().get_declared_actors()

    assert declared == {name.value for name in JobName}
