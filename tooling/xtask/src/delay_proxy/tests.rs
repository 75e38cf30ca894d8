//! The proxy between a plain client and a server that echoes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::DelayProxy;

/// A server that sends everything back, and keeps what it heard.
struct Echo {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, heard) = (stream.unwrap(), Arc::clone(&shared));
                stream.set_nodelay(true).unwrap();
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    while let Ok(count @ 1..) = stream.read(&mut buffer) {
                        heard.lock().unwrap().extend_from_slice(&buffer[..count]);
                        if stream.write_all(&buffer[..count]).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Echo { address, heard }
    }

    fn heard(&self) -> String {
        String::from_utf8(self.heard.lock().unwrap().clone()).unwrap()
    }
}

fn connect(proxy: &DelayProxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

fn ask(stream: &mut TcpStream, text: &str) -> std::io::Result<String> {
    stream.write_all(text.as_bytes())?;
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8(answer).unwrap())
}

#[test]
fn every_round_trip_takes_both_delays_and_little_more() {
    let echo = Echo::start();
    let one_way = Duration::from_micros(250);
    let proxy = DelayProxy::start(echo.address, one_way).unwrap();
    let mut stream = connect(&proxy);
    let mut trips: Vec<_> = (0..201)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(ask(&mut stream, "ping").unwrap(), "ping");
            start.elapsed()
        })
        .collect();
    trips.sort();
    assert!(trips[0] >= 2 * one_way, "shortest {:?}", trips[0]);
    // The quickest ones say how exact the timer is, whatever else the machine is doing.
    assert!(
        trips[10] < 2 * one_way + Duration::from_micros(400),
        "quickest {:?}",
        trips[10]
    );

    proxy.set_delay(Duration::from_millis(20));
    let start = Instant::now();
    ask(&mut stream, "ping").unwrap();
    assert!(start.elapsed() >= Duration::from_millis(40));
}

#[test]
fn chunks_under_way_together_wait_together_and_keep_their_order() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::from_millis(100)).unwrap();
    let mut stream = connect(&proxy);
    let start = Instant::now();
    for digit in 0..10 {
        write!(stream, "{digit}").unwrap();
        thread::sleep(Duration::from_millis(2));
    }
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"0123456789");
    let took = start.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < Duration::from_millis(1000),
        "{took:?}"
    );
}

#[test]
fn a_severed_connection_is_dead_and_the_next_one_lives() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let (mut first, mut second) = (connect(&proxy), connect(&proxy));
    ask(&mut first, "one").unwrap();
    ask(&mut second, "two").unwrap();
    assert_eq!(proxy.sever(), 2);
    assert!(ask(&mut first, "more").is_err());
    assert!(ask(&mut second, "more").is_err());
    assert_eq!(ask(&mut connect(&proxy), "again").unwrap(), "again");
    assert!(!echo.heard().contains("more"));
}

#[test]
fn a_swallowed_answer_was_given_and_is_not_seen() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::from_micros(250)).unwrap();
    let (mut stream, mut other) = (connect(&proxy), connect(&proxy));
    ask(&mut stream, "COMMIT before it is armed").unwrap();
    proxy.swallow_answer_to(b"COMMIT");
    assert_eq!(ask(&mut stream, "INSERT").unwrap(), "INSERT");

    stream.write_all(b"COMMIT;").unwrap();
    let mut answer = Vec::new();
    // Closed, whether politely or not, and without a byte.
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty(), "{answer:?}");
    assert_eq!(proxy.swallowed(), 1);
    assert!(echo.heard().ends_with("INSERTCOMMIT;"));

    assert_eq!(ask(&mut other, "COMMIT").unwrap(), "COMMIT");
}

#[test]
fn a_withheld_answer_was_given_and_its_connection_stays() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let mut stream = connect(&proxy);
    proxy.withhold_answer_to(b"COMMIT");
    stream.write_all(b"COMMIT;").unwrap();
    let patience = Some(Duration::from_millis(300));
    stream.set_read_timeout(patience).unwrap();
    let waited = stream.read(&mut [0; 16]).unwrap_err();
    assert!(
        matches!(waited.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{waited:?}"
    );
    assert_eq!(echo.heard(), "COMMIT;");
    assert_eq!(ask(&mut connect(&proxy), "COMMIT").unwrap(), "COMMIT");
}

#[test]
fn what_is_frozen_goes_on_when_it_thaws() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let mut present = connect(&proxy);
    ask(&mut present, "one").unwrap();
    proxy.freeze(true);
    let mut new = connect(&proxy);
    for stream in [&mut present, &mut new] {
        let patience = Some(Duration::from_millis(50));
        stream.set_read_timeout(patience).unwrap();
        assert!(ask(stream, "two").is_err());
    }
    assert_eq!(echo.heard(), "one");
    proxy.freeze(false);
    for stream in [&mut present, &mut new] {
        let patience = Some(Duration::from_secs(10));
        stream.set_read_timeout(patience).unwrap();
        let mut answer = [0; 3];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"two");
    }
}

#[test]
fn a_pattern_in_two_chunks_is_found() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let mut stream = connect(&proxy);
    proxy.swallow_answer_to(b"COMMIT");
    assert_eq!(ask(&mut stream, "; COM").unwrap(), "; COM");
    assert!(ask(&mut stream, "MIT").is_err());
    assert_eq!(proxy.swallowed(), 1);
}

#[test]
fn whoever_is_hung_up_on_hears_the_last_words_and_the_end() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let mut streams = [connect(&proxy), connect(&proxy)];
    for stream in &mut streams {
        ask(stream, "one").unwrap();
    }
    assert_eq!(proxy.hang_up(b"gone"), 2);
    for mut stream in streams {
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "gone");
    }
    assert_eq!(ask(&mut connect(&proxy), "two").unwrap(), "two");
}

#[test]
fn a_refusing_proxy_keeps_what_it_has_and_takes_nothing_new() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let mut present = connect(&proxy);
    ask(&mut present, "one").unwrap();
    proxy.refuse(true);
    assert!(ask(&mut connect(&proxy), "two").is_err());
    assert_eq!(ask(&mut present, "three").unwrap(), "three");
    proxy.refuse(false);
    assert_eq!(ask(&mut connect(&proxy), "four").unwrap(), "four");
}

#[test]
fn a_closed_side_closes_the_other_after_what_was_under_way() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::from_millis(20)).unwrap();
    let mut stream = connect(&proxy);
    stream.write_all(b"last words").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "last words");
}

#[test]
fn a_server_that_is_away_shows_as_a_closed_connection() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = DelayProxy::start(address, Duration::ZERO).unwrap();
    assert!(ask(&mut connect(&proxy), "hello").is_err());
}

#[test]
fn a_dropped_proxy_drops_its_connections_and_its_port() {
    let echo = Echo::start();
    let proxy = DelayProxy::start(echo.address, Duration::ZERO).unwrap();
    let address = proxy.address();
    let mut stream = connect(&proxy);
    ask(&mut stream, "one").unwrap();
    drop(proxy);
    assert!(ask(&mut stream, "two").is_err());
    assert!(TcpStream::connect(address).is_err());
}
