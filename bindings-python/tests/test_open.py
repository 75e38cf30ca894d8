import pickle
from pathlib import Path

import pytest

import ringfence
from ringfence import errors


def test_a_password_opens_the_users_session(
    database: ringfence.Ringfence, ids: dict[str, str], plan: bytes
) -> None:
    session = database.login("acme", "operator", ids["password"])
    assert session.missions().import_plan("River survey", plan).created_by == ids["acme.operator"]


def test_whatever_is_wrong_about_a_login_the_answer_is_the_same(
    database: ringfence.Ringfence, ids: dict[str, str]
) -> None:
    refusals = []
    for tenant, username, password in (
        ("acme", "operator", "wrong horse"),
        ("acme", "nobody", ids["password"]),
        ("elm", "operator", ids["password"]),
    ):
        with pytest.raises(errors.Unauthenticated) as refused:
            database.login(tenant, username, password)
        assert refused.value.status == 401
        refusals.append(refused.value.args)
    assert refusals[0] == refusals[1] == refusals[2]


def test_too_many_refused_logins_have_to_wait(database: ringfence.Ringfence) -> None:
    for _ in range(5):
        with pytest.raises(errors.Unauthenticated):
            database.login("acme", "operator", "wrong horse")
    with pytest.raises(errors.Throttled) as refused:
        database.login("acme", "operator", "wrong horse")
    assert refused.value.status == 429
    assert refused.value.retry_after_ms > 0
    assert refused.value.is_retryable


def test_an_unknown_actor_opens_no_session(database: ringfence.Ringfence, ids: dict[str, str]) -> None:
    operator = ids["acme.operator"]
    for tenant, actor in (("acme", ids["birch.operator"]), ("acme", "nobody"), ("elm", operator)):
        with pytest.raises(errors.Unauthenticated) as refused:
            database.session(tenant, actor)
        assert refused.value.status == 401


def test_a_path_that_leads_to_no_file_is_refused_and_trying_again_does_not_help(tmp_path: Path) -> None:
    for url in (f"sqlite:{tmp_path / 'missing' / 'fleet.db'}", f"sqlite:{tmp_path}", "sqlite:/dev/null"):
        with pytest.raises(errors.Invalid) as refused:
            ringfence.open(url)
        assert refused.value.status == 422
        assert refused.value.field == "url"
        assert not refused.value.is_retryable


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(errors.Unavailable) as refused:
        ringfence.open("postgres:///fleet?host=/no/such/folder")
    assert refused.value.status == 503
    assert refused.value.outcome == ringfence.WorkOutcome.NOT_DONE
    assert refused.value.is_retryable


def test_a_parameter_of_a_url_that_nobody_knows_is_named() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("postgres://me@localhost/fleet?nonsense=1")
    assert refused.value.field == "url.nonsense"


def test_a_file_that_is_not_there_is_not_made_where_that_is_not_wanted(tmp_path: Path) -> None:
    file = tmp_path / "typo.db"
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open(f"sqlite:{file}", create_if_missing=False)
    assert refused.value.field == "url"
    assert not file.exists()


def test_a_file_with_two_names_opens_where_that_is_allowed_and_not_by_what_allows_a_mount(
    tmp_path: Path,
) -> None:
    url = f"sqlite:{tmp_path / 'fleet.db'}"
    ringfence.open(url).close()
    (tmp_path / "other.db").hardlink_to(tmp_path / "fleet.db")
    for mounts in (False, True):
        with pytest.raises(errors.RingfenceError):
            ringfence.open(url, allow_hard_links=False, allow_any_mount=mounts)
        ringfence.open(url, allow_hard_links=True, allow_any_mount=not mounts).close()


def test_a_schema_is_of_postgres_only() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("sqlite::memory:", schema="fleet")
    assert refused.value.field == "schema"


def test_a_url_that_names_no_engine_is_invalid() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("mysql://localhost/fleet")
    assert refused.value.field == "url"


def test_an_empty_file_is_refused_where_it_may_not_be_migrated(tmp_path: Path) -> None:
    empty = tmp_path / "new.db"
    empty.touch()
    with pytest.raises(errors.Schema) as refused:
        ringfence.open(f"sqlite:{empty}", migrate=ringfence.MigrateMode.CHECK)
    assert (refused.value.status, refused.value.code) == (500, "older_schema")
    assert isinstance(refused.value, errors.RingfenceError)
    missing = tmp_path / "typo.db"
    with pytest.raises(errors.Invalid) as named:
        ringfence.open(f"sqlite:{missing}", migrate=ringfence.MigrateMode.CHECK)
    assert named.value.field == "url"
    assert not missing.exists()


def test_an_error_survives_pickling() -> None:
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open("sqlite::memory:", pool_size=0)
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301
    assert (copy.field, copy.code, str(copy)) == ("pool_size", "invalid", str(refused.value))
