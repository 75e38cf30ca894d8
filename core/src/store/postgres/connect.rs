//! Making one connection, to the first server of the URL that answers.

use std::future::Future;
use std::pin::Pin;

use deadpool_postgres::Connect;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::config::{Config, LoadBalanceHosts, SslMode};
use tokio_postgres::{Client, Connection, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::environment::Environment;
use crate::error::Visible;

/// The servers of a URL, of which there is at least one.
pub(super) struct Servers {
    pub(super) each: Vec<Config>,
    pub(super) tls: MakeRustlsConnect,
    pub(super) chance: Environment,
}

type Connected = (Client, JoinHandle<()>);

impl Connect for Servers {
    /// What the pool knows of them is the first's; the others differ in where they are.
    fn connect(
        &self,
        first: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<Connected, Error>> + Send + '_>> {
        let mut each: Vec<&Config> = self.each.iter().collect();
        if first.get_load_balance_hosts() == LoadBalanceHosts::Random {
            let [chance] = self.chance.random().unwrap_or_default();
            let begin = usize::from(chance) % each.len().max(1);
            each.rotate_left(begin);
        }
        let first = first.clone();
        Box::pin(async move {
            let mut each = each.into_iter();
            let mut tried = self.one(each.next().unwrap_or(&first)).await;
            for server in each {
                if tried.is_ok() {
                    break;
                }
                tried = self.one(server).await;
            }
            tried
        })
    }
}

impl Servers {
    async fn one(&self, server: &Config) -> Result<Connected, Error> {
        // For rustls a socket's server has no name, and it makes nothing without one.
        if server.get_ssl_mode() == SslMode::Disable {
            let (client, connection) = server.connect(NoTls).await?;
            return Ok((client, driven(connection)));
        }
        let (client, connection) = server.connect(self.tls.clone()).await?;
        Ok((client, driven(connection)))
    }
}

/// The task that passes the connection's bytes on.
fn driven<S, T>(connection: Connection<S, T>) -> JoinHandle<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(target: "ringfence::store", error = %Visible(&error), "a connection to the server broke");
        }
    })
}
