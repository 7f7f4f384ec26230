"""Loading kernels and statistics beside requests."""

import gc

import pytest

from titan_graphql.services import kernels


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_what_was_loaded_is_not_looked_through_by_later_collections():
    kernels.warm_in_background(statistics=True).join()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000
    assert len(gc.get_objects()) < gc.get_freeze_count() / 10


def test_collections_go_on_when_a_kernel_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(kernels, "warm", broken)
    kernels.warm_in_background(statistics=False).join()
    assert gc.isenabled()
