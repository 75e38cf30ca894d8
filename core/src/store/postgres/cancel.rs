//! Telling the server to stop what nobody waits for any more.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long that is tried: a server that answers nothing is left to find out by itself.
const TRIED_FOR: Duration = Duration::from_secs(5);

/// Asks a server, on a connection made for it, to stop what another one of its connections runs.
pub(super) struct Canceller {
    tls: MakeRustlsConnect,
    runtime: Handle,
}

impl Canceller {
    pub(super) fn new(tls: MakeRustlsConnect, runtime: Handle) -> Self {
        Self { tls, runtime }
    }

    /// Nobody waits for it, and nothing depends on it: statements end after `call_timeout_ms` in any case.
    pub(super) fn cancel(&self, token: CancelToken) {
        let tls = Nameless(self.tls.clone());
        self.runtime.spawn(async move {
            let tried = tokio::time::timeout(TRIED_FOR, token.cancel_query(tls)).await;
            if !matches!(tried, Ok(Ok(()))) {
                tracing::debug!(target: "ringfence::store", "a statement that nobody waits for was not cancelled");
            }
        });
    }
}

/// TLS as it is made for connecting, where the server has a name. rustls makes nothing without one; but with a server that
/// has none, such as a socket's, nobody speaks TLS, and what is made for it is dropped.
struct Nameless(MakeRustlsConnect);

type Rustls = MakeRustlsConnect;

impl MakeTlsConnect<Socket> for Nameless {
    type Stream = <Rustls as MakeTlsConnect<Socket>>::Stream;
    type TlsConnect = <Rustls as MakeTlsConnect<Socket>>::TlsConnect;
    type Error = <Rustls as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        let mut make = |host| MakeTlsConnect::<Socket>::make_tls_connect(&mut self.0, host);
        make(host).or_else(|_| make("localhost"))
    }
}
