"""Tiles: each pair once, the same bits however the pairs are cut, spread over threads or sent as bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quant.screen_samples import synthetic_panel
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.screen import collect, run, screen_tile
from titan_graphql.quant.screen_prepare import prepare
from titan_graphql.quant.screen_tiles import PAIR, Tile, TileResult, tiles


@pytest.fixture(scope="module")
def prepared():
    panel = synthetic_panel(43, 220, seed=1)
    panel[:30, [5, 6, 21, 40]] = np.nan
    panel[:, 30] = panel[:, 29] + 1e-3 * np.random.default_rng(0).standard_normal(220)
    return prepare(panel)


@given(count=st.integers(2, 40), size=st.integers(1, 50))
def test_tiles_hold_every_pair_once(count, size):
    pairs = [
        (i, j)
        for tile in tiles(count, size)
        for i in range(tile.row, tile.row_stop)
        for j in range(tile.col, tile.col_stop)
        if i < j
    ]
    assert sorted(pairs) == [(i, j) for i in range(count) for j in range(i + 1, count)]
    assert sum(tile.pairs for tile in tiles(count, size)) == len(pairs)


def test_results_are_bit_identical_for_any_tile_size_and_thread_count(prepared):
    whole = collect(prepared, run(prepared, size=64)).records.tobytes()
    for size, threads in ((1, 1), (3, 2), (7, 1), (8, 4), (16, 2), (17, 1), (42, 3)):
        assert collect(prepared, run(prepared, size=size, threads=threads)).records.tobytes() == whole


def test_tiles_may_be_worked_on_in_any_order_and_anywhere(prepared):
    work = list(tiles(prepared.count, 10))
    order = np.random.default_rng(2).permutation(len(work))
    again = prepare(prepared.panel.copy())
    shuffled = (TileResult.from_bytes(screen_tile(again, work[k]).to_bytes()) for k in order)
    assert collect(prepared, shuffled).records.tobytes() == collect(prepared, run(prepared)).records.tobytes()


def test_run_yields_in_the_order_of_the_tiles_and_stops_when_asked(prepared):
    for threads in (1, 3):
        results = run(prepared, size=10, threads=threads)
        assert [next(results).tile for _ in range(4)] == list(tiles(prepared.count, 10))[:4]
        results.close()
        assert list(results) == []


def test_a_tile_result_survives_its_bytes(prepared):
    result = screen_tile(prepared, Tile(0, 10, 20, 33))
    data = result.to_bytes()
    again = TileResult.from_bytes(data)

    assert again.tile == result.tile
    assert again.records.tobytes() == result.records.tobytes()
    assert again.records.dtype == PAIR
    assert len(data) == 20 + 2 * 10 * 13 * PAIR.itemsize
    for broken in (data[:-1], data[:5], b""):
        with pytest.raises(ParameterError, match="a tile result"):
            TileResult.from_bytes(broken)


@pytest.mark.parametrize("tile", [Tile(0, 10, 40, 44), Tile(10, 20, 0, 10), Tile(-1, 3, 5, 8)])
def test_a_tile_outside_of_the_universe_is_refused(prepared, tile):
    with pytest.raises(ParameterError, match="is not a tile of 43 instruments"):
        screen_tile(prepared, tile)
