"""One worker process: `python -m workers --lane LONG --slot ID`; one job at a time, ended by SIGTERM."""

import argparse
import logging
import os
import signal
import sys
import threading

os.environ.setdefault("dramatiq_restart_delay", "500")  # dramatiq reads it while it is imported

import dramatiq

from titan_graphql.queue import Lane
from titan_graphql.services import job_runs
from titan_graphql.services.job_recovery import worker_name
from workers.main import broker

IDLE_WAKE_MS = 50
SHUTDOWN_MS = 2_500


def main() -> int:
    """Work until told to stop; the kernel's threads are not waited for."""
    parser = argparse.ArgumentParser(prog="python -m workers")
    parser.add_argument("--lane", choices=[lane.name for lane in Lane], required=True)
    parser.add_argument("--slot", required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=os.environ.get("TITAN_LOG_LEVEL", "INFO"), format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    job_runs.work_as(worker_name(arguments.slot, os.getpid()))
    broker.emit_after("process_boot")
    worker = dramatiq.Worker(broker, queues={Lane[arguments.lane]}, worker_threads=1, worker_timeout=IDLE_WAKE_MS)
    worker.queue_prefetch = 1
    worker.start()
    stop.wait()
    worker.stop(timeout=SHUTDOWN_MS)
    broker.close()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
