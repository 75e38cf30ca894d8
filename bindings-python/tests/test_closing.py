"""A database is closed once it is left, and closing it again is no error."""

import asyncio

import pytest

import ringfence
from ringfence import aio, errors


def test_a_database_is_closed_at_the_end_of_its_with() -> None:
    with ringfence.open("sqlite::memory:") as db:
        assert db.migration_status().is_current
    with pytest.raises(errors.Closed):
        db.migration_status()
    db.close()
    db.shutdown()
    with db:
        pass


def test_what_was_raised_inside_goes_on() -> None:
    with pytest.raises(KeyError), ringfence.open("sqlite::memory:") as db:
        raise KeyError
    with pytest.raises(errors.Closed):
        db.tenants()


def test_a_database_is_closed_at_the_end_of_its_async_with() -> None:
    async def leaves() -> None:
        async with await aio.open("sqlite::memory:") as db:
            assert (await db.migration_status()).is_current
        with pytest.raises(errors.Closed):
            await db.tenants()
        await db.close()
        await db.close()

    asyncio.run(leaves())
