//! Alembic itself over an adopted database, with two revisions of its own: the baseline, and one behind it.

use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

use ringfence::MigrateMode;
use ringfence::schema::version;
use ringfence_migrations::STEPS;
use ringfence_tests::fixture::{Engine, Place, each_engine};
use tempfile::TempDir;
use xtask::venv::Venv;

use crate::legacy_rows;
use crate::picture::Inspect;

const PACKAGES: [&str; 3] = [
    "alembic>=1.14,<2",
    "psycopg[binary]>=3.2,<4",
    "sqlalchemy>=2,<3",
];

/// A Python that has alembic, where one can be had.
fn python() -> Option<Venv> {
    static ONE_AT_A_TIME: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let ready = Venv::ensure().and_then(|venv| venv.install(&PACKAGES).map(|()| venv));
    match ready {
        Ok(venv) => Some(venv),
        // Where everything is required, a skip is a failure.
        Err(lack) if std::env::var_os("CI").is_some() => panic!("no alembic: {lack}"),
        Err(lack) => {
            eprintln!("skipped: no alembic: {lack}");
            None
        }
    }
}

const DRIVER: &str = "
import sys
from alembic import command
from alembic.config import Config

config = Config()
config.set_main_option('script_location', sys.argv[1])
config.set_main_option('sqlalchemy.url', sys.argv[2])
getattr(command, sys.argv[3])(config, *sys.argv[4:])
";

const ENVIRONMENT: &str = "
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option('sqlalchemy.url'))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
";

const BASELINE: &str = "
from pathlib import Path
from alembic import op

revision, down_revision = '202602210007', None

def upgrade():
    for statement in Path(__file__).with_name('baseline.sql').read_text().split(';'):
        if statement.strip():
            op.execute(statement)
";

const NEXT: &str = "
import sqlalchemy as sa
from alembic import op

revision, down_revision = '202602220008', '202602210007'

def upgrade():
    op.create_table('next_phase', sa.Column('id', sa.String, primary_key=True))
";

/// The scripts of a program whose migrations alembic makes.
fn scripts(engine: Engine) -> TempDir {
    let folder = TempDir::with_prefix("ringfence-alembic-").unwrap();
    let texts = &STEPS[0];
    let baseline = match engine {
        Engine::Sqlite => texts.sqlite.up,
        Engine::Postgres => texts.postgres.up,
    };
    let lines = baseline.lines().filter(|line| !line.starts_with("--"));
    let baseline = lines.collect::<Vec<_>>().join("\n");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("versions")).unwrap();
    write("driver.py", DRIVER);
    write("env.py", ENVIRONMENT);
    write("versions/baseline.sql", &baseline);
    write("versions/a_baseline.py", BASELINE);
    write("versions/b_next.py", NEXT);
    folder
}

/// Runs a command of alembic. Returns what it said where it failed.
fn run(venv: &Venv, scripts: &Path, place: &Place, command: &[&str]) -> Result<(), String> {
    let url = match place.engine {
        Engine::Sqlite => format!("sqlite:///{}", place.file().display()),
        Engine::Postgres => place.url.replacen("postgres", "postgresql+psycopg", 1),
    };
    let said = venv
        .command("python")
        .arg(scripts.join("driver.py"))
        .arg(scripts)
        .arg(url)
        .args(command)
        .output()
        .unwrap();
    match said.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&said.stderr).into_owned()),
    }
}

each_engine!(
    #[tokio::test]
    async fn alembic_stops_at_an_adopted_database_and_changes_nothing(place: &Place) {
        let Some(venv) = python() else { return };
        let scripts = scripts(place.engine);
        let alembic = |command: &[&str]| run(&venv, scripts.path(), place, command);
        alembic(&["upgrade", legacy_rows::REVISION]).unwrap();
        place.raw(&legacy_rows::rows(place.engine)).await.unwrap();

        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let before = place.picture().await;
        let commands: [&[&str]; 3] = [&["upgrade", "head"], &["downgrade", "base"], &["current"]];
        for command in commands {
            let said = alembic(command).unwrap_err();
            let words = "Can't locate revision identified by 'adopted_by_ringfence'";
            assert!(said.contains(words), "{command:?}: {said}");
            assert_eq!(place.picture().await, before, "{command:?}");
        }

        rf.rollback("suite".into(), version::BASELINE, None)
            .await
            .unwrap();
        rf.shutdown().await.unwrap();
        alembic(&["upgrade", "head"]).unwrap();
        let next = "SELECT count(*) FROM next_phase";
        assert_eq!(place.count(next).await, 0);
        let number = "SELECT version_num FROM alembic_version";
        let number = place.raw_text(number).await.unwrap();
        assert_eq!(number, "202602220008");
    }
);
