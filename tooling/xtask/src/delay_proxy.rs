//! A TCP proxy that makes the network between a client and its server slow or bad on purpose.
//!
//! Every chunk waits a set time in each direction, counted from its arrival, so chunks under way
//! together wait together: a delay, not a bandwidth. Each direction of a connection has a thread that reads and
//! one that writes; no runtime that the code under test could share or starve is involved.
//!
//! It forwards bytes and knows nothing of Postgres' protocol: patterns are looked for in clear text,
//! so a test that needs one connects without TLS.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

#[cfg(test)]
mod tests;

/// How far ahead of its time a sleeping thread is woken. Linux wakes it on time when it is told to; spinning
/// would take the core that the server under test needs.
const SLACK: Duration = if cfg!(target_os = "linux") {
    Duration::ZERO
} else {
    Duration::from_micros(100)
};

/// How long a server whose answer is swallowed must be silent until its answer counts as whole.
const SILENCE: Duration = Duration::from_millis(100);

/// A running proxy. Dropping it drops every connection and frees the port.
#[derive(Debug)]
pub struct DelayProxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    delay_nanos: AtomicU64,
    refusing: AtomicBool,
    stopped: AtomicBool,
    /// Nothing is passed on, in either direction.
    frozen: Mutex<bool>,
    thawed: Condvar,
    /// The request whose answer is to be swallowed; taken by the first connection that sends it.
    swallow: Mutex<Option<Swallow>>,
    swallowed: AtomicUsize,
    links: Mutex<Vec<Weak<Link>>>,
}

/// An answer that is not to arrive.
#[derive(Debug, Clone)]
struct Swallow {
    /// What its request holds.
    pattern: Vec<u8>,
    /// The connection stays as if the answer were still to come.
    held: bool,
}

/// One client with its connection to the server.
#[derive(Debug)]
struct Link {
    client: TcpStream,
    server: TcpStream,
    /// Nothing that the server says reaches the client any more.
    muted: AtomicBool,
    /// And it does not hear that either.
    held: AtomicBool,
}

/// A chunk and when it is due on the other side.
struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
}

impl DelayProxy {
    /// Listens on a free local port and forwards each connection to `upstream`, `one_way` late in
    /// each direction.
    ///
    /// # Errors
    ///
    /// No port can be bound, or no thread started.
    pub fn start(upstream: SocketAddr, one_way: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream,
            delay_nanos: AtomicU64::new(nanos(one_way)),
            refusing: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            frozen: Mutex::new(false),
            thawed: Condvar::new(),
            swallow: Mutex::new(None),
            swallowed: AtomicUsize::new(0),
            links: Mutex::new(Vec::new()),
        });
        let for_acceptor = Arc::clone(&shared);
        let acceptor = spawn("delay-accept", move || accept(&listener, &for_acceptor))?;
        Ok(DelayProxy {
            shared,
            address,
            acceptor: Some(acceptor),
        })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the delay of each direction, for chunks that arrive from now on.
    pub fn set_delay(&self, one_way: Duration) {
        self.shared
            .delay_nanos
            .store(nanos(one_way), Ordering::SeqCst);
    }

    /// Drops every present connection, on both sides and with all that is under way, and says how
    /// many there were. New connections are taken as before.
    pub fn sever(&self) -> usize {
        let links = std::mem::take(&mut *lock(&self.shared.links));
        links
            .iter()
            .filter_map(Weak::upgrade)
            .map(|link| link.cut())
            .count()
    }

    /// Hangs up on every present client with these last words, as a pooler does that has lost the server, and says how
    /// many there were. The server finds them gone when it has done what it is at.
    pub fn hang_up(&self, last_words: &[u8]) -> usize {
        let links = std::mem::take(&mut *lock(&self.shared.links));
        links
            .iter()
            .filter_map(Weak::upgrade)
            .map(|link| link.end(last_words))
            .count()
    }

    /// Refuses new connections from now on, or takes them again. A refused client is connected and
    /// finds the connection closed before a byte; present connections stay.
    pub fn refuse(&self, refusing: bool) {
        self.shared.refusing.store(refusing, Ordering::SeqCst);
    }

    /// Lets the next request that holds `pattern` reach the server, waits for the server's whole
    /// answer, and drops the connection without handing any of it to the client. Once: a later such
    /// request is answered.
    ///
    /// So with `b"COMMIT"` the transaction is committed by the time the client sees its connection
    /// die. Arm it right before: a pattern counts wherever in a client's bytes it stands.
    pub fn swallow_answer_to(&self, pattern: &[u8]) {
        self.swallow(pattern, false);
    }

    /// Likewise, but the connection stays: the client waits for an answer that never comes.
    pub fn withhold_answer_to(&self, pattern: &[u8]) {
        self.swallow(pattern, true);
    }

    fn swallow(&self, pattern: &[u8], held: bool) {
        let pattern = pattern.to_vec();
        let armed = (!pattern.is_empty()).then_some(Swallow { pattern, held });
        *lock(&self.shared.swallow) = armed;
    }

    /// Passes nothing on from now on, in either direction, or goes on with all that came meanwhile: a server that stands
    /// still. It takes connections, and answers nothing on them.
    pub fn freeze(&self, frozen: bool) {
        *lock(&self.shared.frozen) = frozen;
        self.shared.thawed.notify_all();
    }

    /// How many answers have been swallowed.
    pub fn swallowed(&self) -> usize {
        self.shared.swallowed.load(Ordering::SeqCst)
    }
}

impl Drop for DelayProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.freeze(false);
        // The acceptor sees the flag with the connection that wakes it.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(acceptor) = self.acceptor.take()
            && woken
        {
            let _ = acceptor.join();
        }
        self.sever();
    }
}

impl Shared {
    fn wait_until_thawed(&self) {
        let mut frozen = lock(&self.frozen);
        while *frozen {
            frozen = self
                .thawed
                .wait(frozen)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Link {
    /// The client hears this, and nothing behind it.
    fn end(&self, last_words: &[u8]) {
        self.muted.store(true, Ordering::SeqCst);
        // Who is gone already hears nothing.
        let _ = (&self.client).write_all(last_words);
        let _ = self.client.shutdown(Shutdown::Write);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn cut(&self) {
        for side in [&self.client, &self.server] {
            // Already closed is as good.
            let _ = side.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        if shared.refusing.load(Ordering::SeqCst) {
            continue;
        }
        // A server that is away shows as a connection that closes at once.
        let _ = open(client, shared);
    }
}

fn open(client: TcpStream, shared: &Arc<Shared>) -> std::io::Result<()> {
    let server = TcpStream::connect(shared.upstream)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let link = Arc::new(Link {
        client,
        server,
        muted: AtomicBool::new(false),
        held: AtomicBool::new(false),
    });
    let (requests, requested) = channel();
    let (answers, answered) = channel();
    let tasks: [(&str, Task); 4] = [
        (
            "delay-request-in",
            Box::new(move |link, shared| read_requests(link, shared, &requests)),
        ),
        (
            "delay-request-out",
            Box::new(move |link, shared| write_requests(link, shared, &requested)),
        ),
        (
            "delay-answer-in",
            Box::new(move |link, shared| read_answers(link, shared, &answers)),
        ),
        (
            "delay-answer-out",
            Box::new(move |link, shared| write_answers(link, shared, &answered)),
        ),
    ];
    {
        let mut links = lock(&shared.links);
        links.retain(|link| link.strong_count() > 0);
        links.push(Arc::downgrade(&link));
    }
    for (name, task) in tasks {
        let (link, shared) = (Arc::clone(&link), Arc::clone(shared));
        spawn(name, move || task(&link, &shared))?;
    }
    Ok(())
}

type Task = Box<dyn FnOnce(&Link, &Shared) + Send>;

fn read_requests(link: &Link, shared: &Shared, requests: &Sender<Chunk>) {
    while let Some(chunk) = read_chunk(&link.client, shared) {
        if requests.send(chunk).is_err() {
            return;
        }
    }
}

fn write_requests(link: &Link, shared: &Shared, requests: &Receiver<Chunk>) {
    // The end of what was sent, as far as a pattern may have begun in it.
    let mut sent: Vec<u8> = Vec::new();
    for chunk in requests {
        wait_until(chunk.due);
        shared.wait_until_thawed();
        if !link.muted.load(Ordering::SeqCst) {
            sent.extend_from_slice(&chunk.bytes);
            if let Some(swallow) = take_pattern(shared, &mut sent) {
                link.held.store(swallow.held, Ordering::SeqCst);
                // Before the server hears of it: its answer cannot slip through.
                link.muted.store(true, Ordering::SeqCst);
            }
        }
        if (&link.server).write_all(&chunk.bytes).is_err() {
            return link.cut();
        }
    }
    // While an answer is swallowed the server keeps its connection: a Postgres that finds its client
    // gone ends the transaction instead of committing it.
    if !link.muted.load(Ordering::SeqCst) {
        let _ = link.server.shutdown(Shutdown::Write);
    }
}

/// What is armed if `sent` holds its pattern; it is then disarmed. Shortens `sent` to what the
/// pattern may still continue from.
fn take_pattern(shared: &Shared, sent: &mut Vec<u8>) -> Option<Swallow> {
    let mut armed = lock(&shared.swallow);
    let Some(Swallow { pattern, .. }) = armed.as_ref() else {
        // What was sent before arming does not count.
        sent.clear();
        return None;
    };
    let found = sent
        .windows(pattern.len())
        .any(|window| window == pattern.as_slice());
    let keep = pattern.len() - 1;
    sent.drain(..sent.len().saturating_sub(keep));
    if found { armed.take() } else { None }
}

fn read_answers(link: &Link, shared: &Shared, answers: &Sender<Chunk>) {
    while let Some(chunk) = read_chunk(&link.server, shared) {
        if link.muted.load(Ordering::SeqCst) {
            drain(&link.server);
            shared.swallowed.fetch_add(1, Ordering::SeqCst);
            if link.held.load(Ordering::SeqCst) {
                // Until one of both goes.
                let _ = link.server.set_read_timeout(None);
                while read_chunk(&link.server, shared).is_some() {}
            }
            return link.cut();
        }
        if answers.send(chunk).is_err() {
            return;
        }
    }
}

fn write_answers(link: &Link, shared: &Shared, answers: &Receiver<Chunk>) {
    for chunk in answers {
        wait_until(chunk.due);
        shared.wait_until_thawed();
        if (&link.client).write_all(&chunk.bytes).is_err() {
            return link.cut();
        }
    }
    let _ = link.client.shutdown(Shutdown::Write);
}

/// The next bytes of a stream; None at its end.
fn read_chunk(mut stream: &TcpStream, shared: &Shared) -> Option<Chunk> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return None,
            Ok(count) => {
                let delay = Duration::from_nanos(shared.delay_nanos.load(Ordering::SeqCst));
                buffer.truncate(count);
                return Some(Chunk {
                    due: Instant::now() + delay,
                    bytes: buffer,
                });
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Reads on until the server has been silent for a while, or is gone.
fn drain(mut server: &TcpStream) {
    if server.set_read_timeout(Some(SILENCE)).is_ok() {
        let mut buffer = [0; 4096];
        while matches!(server.read(&mut buffer), Ok(1..)) {}
    }
}

fn wait_until(due: Instant) {
    if let Some(sleep) = due
        .saturating_duration_since(Instant::now())
        .checked_sub(SLACK)
    {
        thread::sleep(sleep);
    }
    while Instant::now() < due {
        std::hint::spin_loop();
    }
}

/// Asks for this thread's sleeps to end when they are over: by default Linux gathers wake-ups for 50
/// microseconds.
fn sleep_exactly() {
    #[cfg(target_os = "linux")]
    {
        // Without it the delay is a little longer than it says.
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    }
}

fn spawn(name: &str, task: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        sleep_exactly();
        task();
    })
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A poisoned lock is taken all the same: what it guards is whole after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
