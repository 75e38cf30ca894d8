//! Telling the server to stop what nobody waits for any more.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::CancelToken;
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
        let tls = self.tls.clone();
        self.runtime.spawn(async move {
            let tried = tokio::time::timeout(TRIED_FOR, token.cancel_query(tls)).await;
            if !matches!(tried, Ok(Ok(()))) {
                tracing::debug!(target: "ringfence::store", "a statement that nobody waits for was not cancelled");
            }
        });
    }
}
