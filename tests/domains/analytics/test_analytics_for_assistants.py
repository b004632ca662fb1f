"""An assistant reads the same figures with the same rights."""

from datetime import timedelta

from dbcv.domains.analytics.mcp_tools import _cut
from dbcv.domains.analytics.schemas import ConnectionFlow, FunnelOut, StepFlow
from dbcv.kit.ids import new_id
from tests.domains.analytics.conftest import NOON
from tests.domains.conftest import Person
from tests.entrypoints.mcp.conftest import HELLO, Assistant


async def test_an_assistant_sees_the_bots_of_its_account_alone(anna: Person, boris: Person) -> None:
    bot = await Assistant(anna.client).call("import_bot", document=HELLO)
    page = await Assistant(anna.client).call("get_analytics", bot_id=bot["id"], days=3)
    assert page["totals"]["turns"] == 0 and len(page["series"]) in (3, 4)
    assert (await Assistant(anna.client).call("get_funnel", bot_id=bot["id"]))["steps"] == []
    for name in ("get_analytics", "get_funnel"):
        assert (await Assistant(boris.client).refusal(name, bot_id=bot["id"]))["code"] == "bot_not_found"


def test_a_funnel_is_cut_to_what_was_asked_for() -> None:
    flows = [
        StepFlow(step_id=name, name=name, is_end=False, visits=2, departures=1, stopped=1, drop_off=0.5)
        for name in ("a", "b")
    ]
    ways = [
        ConnectionFlow(step_id=name, group=0, place=0, target_id="c", walks=1, share=None) for name in ("a", "b", "")
    ]
    whole = FunnelOut(
        bot_id=new_id(), since=NOON, until=NOON + timedelta(days=1), counted_to=None, steps=flows, connections=ways
    )
    cut = _cut(whole, 1)
    assert [flow.step_id for flow in cut.steps] == ["a"] and [way.step_id for way in cut.connections] == ["a", ""]
