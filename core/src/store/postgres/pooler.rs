//! Whether a pooler stands between, and whether the library can work through it.
//!
//! A pooler that pools by transaction hands each transaction to whichever connection to the server is free. Then a
//! named statement is there only where the pooler carries it along: PgBouncer does from 1.21 on. Where it does not,
//! some calls would work and others fail, by chance; so it is found out when the database is opened.

use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio_postgres::SimpleQueryMessage;

use super::error::{classify, refused_at_login, spelled_out};
use super::timeouts::unended;
use crate::error::{Failure, SchemaCode, SchemaMismatch, Visible};
use crate::store::statements::{control, pooler};

const TO_DO: &str = "PgBouncer carries them from 1.21 on where `max_prepared_statements` is more than 0: do that, or \
                     pool by session, or connect to the server itself";

/// Refuses a pooler through which prepared statements come and go, and one that takes no transactions.
pub(super) async fn refuse_unfit(
    first: &Object,
    pool: &Pool,
    patience: Duration,
) -> Result<(), Failure> {
    let (carried, process) = look(first, patience).await?;
    if carried {
        return Ok(());
    }
    // Somebody who may have one connection only shares it with nobody.
    let second = match pool.get().await {
        Ok(second) => second,
        Err(error) => {
            tracing::debug!(target: "ringfence::store", error = %Visible(&spelled_out(&error)), "no second connection");
            return Ok(());
        }
    };
    let shared = tokio::time::timeout(patience, is_shared(first, &second, &process)).await;
    // What it was made for is done; it may still wait for its answer.
    drop(Object::take(second));
    match shared {
        Ok(Ok(true)) => Err(unfit()),
        Ok(Err(failure)) => Err(failure),
        // Whoever has to wait for a connection to the server does not share the first one's: a pooler by session that
        // has no other.
        Ok(Ok(false)) | Err(_) => Ok(()),
    }
}

/// Whether two connections that are both open have one process of the server, or one of them changes its own. That is
/// a pooler's doing. It lends again the one that came back last, or the one that waits longest: asked in this order, one
/// of the two shows itself.
async fn is_shared(first: &Object, second: &Object, process: &str) -> Result<bool, Failure> {
    let other = backend(second).await?;
    Ok(other == process || backend(second).await? != other || backend(first).await? != process)
}

/// Whether this statement is called otherwise on the server than here, because a pooler keeps it for us; and by which
/// process of the server it was answered.
async fn look(client: &Object, patience: Duration) -> Result<(bool, String), Failure> {
    // Whether the server knows more timeouts is not known yet.
    let begin = unended(control::BEGIN_READ.postgres(), patience, false);
    let begun = client.batch_execute(&begin).await;
    begun.map_err(|error| refused_transaction(&error))?;
    let row = client.query_one(pooler::PREPARED_AS.postgres(), &[]).await;
    let row = row.map_err(|error| refused_transaction(&error))?;
    let ended = client.batch_execute(control::COMMIT.postgres()).await;
    ended.map_err(|error| classify(&error))?;
    Ok((row.get(0), row.get(1)))
}

/// A pooler by statement says so, and hangs up; its console knows no transaction. One that lets a login in before it has
/// a connection to the server says only now what the server, or it, says of that login.
fn refused_transaction(error: &tokio_postgres::Error) -> Failure {
    let said = spelled_out(error);
    let detail = if said.contains("statement pooling") {
        "the URL leads to a pooler, such as PgBouncer, that pools by statement, where there are no transactions: pool \
         by transaction or by session, or connect to the server itself"
    } else if said.contains("invalid command") && said.contains("SHOW HELP") {
        "the URL leads to the console of a pooler, such as PgBouncer, and not through it to a database: name the \
         database in the URL"
    } else {
        return refused_at_login(error).into();
    };
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::Pooler,
        detail: detail.to_owned(),
    })
}

async fn backend(client: &Object) -> Result<String, Failure> {
    let answers = client.simple_query(pooler::BACKEND.postgres()).await;
    let answers = answers.map_err(|error| classify(&error))?;
    let process = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    process.ok_or_else(|| Failure::Internal("a statement without an answer".to_owned()))
}

fn unfit() -> Failure {
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::Pooler,
        detail: format!(
            "the URL leads to a pooler, such as PgBouncer, that pools by transaction and does not carry prepared \
             statements; {TO_DO}"
        ),
    })
}
