"""The worker declares exactly the jobs that can be enqueued."""

import workers.main
from titan_graphql.queue import JobName


def test_every_job_name_has_one_actor():
    declared = workers.main.broker.get_declared_actors()

    assert declared == {name.value for name in JobName}
