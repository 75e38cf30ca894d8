//! SQL on a connection that knows nothing of Ringfence, as the old platform's or of somebody at a console.

use std::error::Error;

/// Whether the database let the statements through.
pub(crate) async fn run(url: &str, sql: &str) -> Result<bool, Box<dyn Error>> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(sqlite(path)?.execute_batch(sql).is_ok());
    }
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let driving = tokio::spawn(connection);
    let passed = client.batch_execute(sql).await.is_ok();
    drop(client);
    driving.await??;
    Ok(passed)
}

/// The one text of each row that a query gives.
#[allow(dead_code, reason = "not every example asks")]
pub(crate) async fn texts(url: &str, query: &str) -> Result<Vec<String>, Box<dyn Error>> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = sqlite(path)?;
        let mut statement = connection.prepare(query)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        return Ok(rows.collect::<Result<_, _>>()?);
    }
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let driving = tokio::spawn(connection);
    let rows = client.query(query, &[]).await?;
    drop(client);
    driving.await??;
    Ok(rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?)
}

/// As most hosts open it: they never turn foreign keys on.
fn sqlite(path: &str) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}
