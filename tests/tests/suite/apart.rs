//! A process of its own for a fact that a process has only one of: its working folder, its descriptors, its locks,
//! its life. It is the suite's binary, running one hidden test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the process is told at its start; absent, the hidden test has nothing to do.
const ORDERS: &str = "RINGFENCE_SUITE_ORDERS";
/// What stands before each word of the process: the test runner writes to the same place.
const MARK: &str = "says: ";

/// A running process. Dropping it kills it.
pub(crate) struct Apart {
    process: Child,
    told: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Apart {
    /// Starts the hidden test of this path, `module::name`, with what [`orders`] returns there.
    pub(crate) fn start(test: &str, orders: &str) -> Self {
        Self::start_under(&[], test, orders)
    }

    /// Likewise, as the command that this one runs: its program and arguments go in front.
    pub(crate) fn start_under(command: &[&str], test: &str, orders: &str) -> Self {
        let suite = std::env::current_exe().unwrap();
        let line = command
            .iter()
            .map(Into::into)
            .chain([suite.into_os_string()]);
        let mut line = line.collect::<Vec<_>>().into_iter();
        let mut process = Command::new(line.next().unwrap())
            .args(line)
            .args(["--exact", "--ignored", "--nocapture", test])
            .env(ORDERS, orders)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = process.stdin.take().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            told,
            said,
        }
    }

    /// The next thing that the process says, or `None` when it has ended.
    pub(crate) fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            self.said.read_line(&mut line).unwrap();
            // A line that the end cut off says nothing.
            let whole = line.strip_suffix('\n')?;
            if let Some((_, said)) = whole.split_once(MARK) {
                return Some(said.to_owned());
            }
        }
    }

    /// Lets the process go on where it [listens](wait_for_word).
    pub(crate) fn tell(&mut self, word: &str) {
        writeln!(self.told, "{word}").unwrap();
    }

    /// Kills the process as `kill -9` does and returns what it had said besides.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let rest = std::iter::from_fn(|| self.hear()).collect();
        self.process.wait().unwrap();
        rest
    }

    /// Waits for a process that ends by itself and returns what it said.
    pub(crate) fn finish(mut self) -> Vec<String> {
        let all = std::iter::from_fn(|| self.hear()).collect();
        assert!(self.process.wait().unwrap().success(), "said: {all:?}");
        all
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// In the process apart: what it was told at its start.
pub(crate) fn orders() -> Option<String> {
    std::env::var(ORDERS).ok()
}

/// In the process apart: tells whoever started it.
pub(crate) fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{MARK}{what}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// In the process apart: waits until it is told to go on.
pub(crate) fn wait_for_word() -> String {
    let mut word = String::new();
    std::io::stdin().read_line(&mut word).unwrap();
    word.trim_end().to_owned()
}
