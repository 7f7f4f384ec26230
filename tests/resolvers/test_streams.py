"""Gaps of streams: each names the row whose events are missing."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from tests import make
from titan_graphql.models.markets import Instrument, Timeframe
from titan_graphql.models.pairs import Pair
from titan_graphql.resolvers import streams as resolve
from titan_graphql.resolvers.context import Loaders
from titan_graphql.services.alerts import alert_stream
from titan_graphql.services.market_live import stream_of
from titan_graphql.services.pair_states import bar_stream, pair_stream
from titan_graphql.services.streams import Gap

pytestmark = pytest.mark.usefixtures("db")


async def subject(stream: str) -> Any:
    info: Any = SimpleNamespace(context=SimpleNamespace(loaders=Loaders()))
    return await resolve.subject(Gap(stream, 1, 6, "cursor"), info)


async def test_the_subject_of_a_gap_is_the_row_whose_events_are_missing():
    instrument = await make.instrument()
    series = await make.series(instrument, Timeframe.M1)
    pair = await make.pair(await make.viewer())

    assert await subject(stream_of(series.id)) == await Instrument.get(id=instrument.id)
    assert stream_of(series.id) == bar_stream(series.id)
    assert await subject(pair_stream(pair.id)) == await Pair.get(id=pair.id)
    assert await subject(pair_stream(uuid4())) is None
    assert await subject(alert_stream(uuid4())) is None
