"""A worker that takes every shard, whoever holds it: several of them meet in every session."""

from typing import Any

from dbcv.entrypoints import worker
from dbcv.runtime.shards import ShardKeeper


async def take_anyway(self: ShardKeeper, connection: Any, shard: int) -> bool:
    return True


async def count_one(self: ShardKeeper, connection: Any) -> None:
    for shard in range(self._shards):
        if shard not in self.held:
            await self._take(connection, shard)
        await self._subscribe(shard)


if __name__ == "__main__":
    ShardKeeper._try_lock = take_anyway  # type: ignore[method-assign]
    ShardKeeper._balance = count_one  # type: ignore[method-assign]
    worker.main(("user", "bot"))
