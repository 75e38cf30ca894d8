import pickle
from pathlib import Path

import pytest

import ringfence
from ringfence import errors


def test_an_unknown_actor_opens_no_session(database: ringfence.Ringfence) -> None:
    for tenant, actor in (("acme", "birch-reader"), ("acme", "nobody"), ("elm", "acme-reader")):
        with pytest.raises(errors.Unauthenticated) as refused:
            database.session(tenant, actor)
        assert refused.value.status == 401


def test_a_url_that_names_no_engine_is_invalid() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("mysql://localhost/fleet")
    assert refused.value.field == "url"


def test_an_empty_file_is_refused_where_it_may_not_be_migrated(tmp_path: Path) -> None:
    with pytest.raises(errors.Schema) as refused:
        ringfence.open(f"sqlite:{tmp_path / 'new.db'}", migrate=ringfence.MigrateMode.CHECK)
    assert refused.value.status == 500
    assert isinstance(refused.value, errors.RingfenceError)


def test_an_error_survives_pickling() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("sqlite::memory:", pool_size=0)
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301
    assert (copy.field, copy.code, str(copy)) == ("pool_size", "invalid", str(refused.value))
