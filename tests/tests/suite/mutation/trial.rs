//! Running the tests that get to a mutant, until one of them notices it.
//!
//! Which tests those are is found out once a build: each runs in a process of its own, which tells what it reaches.

use ringfence::testing::Engine;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant, SystemTime};

use xtask::repository::target;

use super::subject::{Subject, name};

/// What is never run: these tests, those that end processes, and what looks at all that the calls ran.
const SKIPPED: [&str; 3] = ["mutation::", "crash::", "what_the_calls_run"];

/// How many tests, or processes of one test each, run side by side: most of them wait.
const SIDE_BY_SIDE: usize = 4;

/// How long one test may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What each round of tests takes at most by itself, in seconds: the quick ones go first.
const ROUNDS: [f64; 3] = [0.4, 2.0, f64::INFINITY];

/// A test, as it went without a mutant.
struct Measured {
    binary: PathBuf,
    test: String,
    seconds: f64,
    reached: BTreeSet<String>,
}

/// What became of a run.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// This test failed first.
    Failed(String),
    /// It hung, or the process died.
    Broken,
}

/// The binaries of tests, and what is known of them.
pub(super) struct Bench {
    binaries: Vec<PathBuf>,
    kept_in: PathBuf,
    measured: BTreeMap<&'static str, Vec<Measured>>,
    /// Tests that were seen to pass without a mutant.
    sound: BTreeSet<String>,
    /// How long finding out took that is done once a build.
    pub(super) measuring: Duration,
}

impl Bench {
    pub(super) fn of(binaries: Vec<PathBuf>) -> Self {
        Self {
            binaries,
            kept_in: target().join("mutation"),
            measured: BTreeMap::new(),
            sound: BTreeSet::new(),
            measuring: Duration::ZERO,
        }
    }

    /// The engine and the test that notice this mutant, if any does. The one that did the last time goes first, then
    /// those that noticed others in the same place.
    pub(super) fn notices(
        &mut self,
        subject: &Subject,
        last: &str,
        likely: &BTreeSet<String>,
    ) -> Option<String> {
        if self.still_notices(subject, last) {
            return Some(last.to_owned());
        }
        subject.engines().find_map(|engine| {
            let by = self.first_to_notice(subject, engine, likely)?;
            Some(format!("{} {by}", name(engine)))
        })
    }

    /// Whether what noticed a mutant the last time, an engine and a test, does so again.
    pub(super) fn still_notices(&mut self, subject: &Subject, last: &str) -> bool {
        let Some((on, test)) = last.split_once(' ') else {
            return false;
        };
        let engine = subject.engines().find(|engine| name(*engine) == on);
        engine.is_some_and(|engine| self.confirms(test, engine, subject))
    }

    /// Whether a test, alone, fails with a mutant and passes without: beside others it may fail for want of time.
    fn confirms(&mut self, test: &str, engine: Engine, subject: &Subject) -> bool {
        self.fails(test, engine, Some(subject)) && self.is_sound(test, engine)
    }

    /// Whether this test, alone, fails.
    fn fails(&self, test: &str, engine: Engine, told: Option<&Subject>) -> bool {
        let alone = [test.to_owned()];
        let mut binaries = self.binaries.iter();
        binaries.any(|it| run(it, &alone, engine, told, PATIENCE) != Outcome::Passed)
    }

    /// Whether a test passes without a mutant: what fails then has noticed nothing.
    fn is_sound(&mut self, test: &str, engine: Engine) -> bool {
        let known = format!("{} {test}", name(engine));
        if !self.sound.contains(&known) {
            if self.fails(test, engine, None) {
                println!("fails without a mutant: {known}");
                return false;
            }
            self.sound.insert(known);
        }
        true
    }

    fn first_to_notice(
        &mut self,
        subject: &Subject,
        engine: Engine,
        likely: &BTreeSet<String>,
    ) -> Option<String> {
        self.measure(engine);
        let is_likely = |it: &Measured| likely.contains(&format!("{} {}", name(engine), it.test));
        let get_there = self.measured[name(engine)]
            .iter()
            .filter(|it| it.reached.contains(&subject.reached_as));
        let (likely, others): (Vec<&Measured>, Vec<&Measured>) =
            get_there.partition(|it| is_likely(it));
        let mut longer_than = 0.0;
        let rounds = ROUNDS.map(|round| {
            let takes = longer_than..round;
            longer_than = round;
            let of_round = others.iter().filter(|it| takes.contains(&it.seconds));
            of_round.copied().collect()
        });
        let mut runs = Vec::new();
        for tests in std::iter::once(likely).chain(rounds) {
            for binary in &self.binaries {
                let of_round = || tests.iter().filter(|it| it.binary == *binary);
                let names: Vec<String> = of_round().map(|it| it.test.clone()).collect();
                let together: f64 = of_round().map(|it| it.seconds).sum();
                // What hangs is noticed too.
                let patience = Duration::from_secs_f64(60.0 + 3.0 * together);
                runs.push((binary.clone(), names, patience));
            }
        }
        for (binary, mut names, patience) in runs {
            while !names.is_empty() {
                let suspects = match run(&binary, &names, engine, Some(subject), patience) {
                    Outcome::Passed => break,
                    Outcome::Failed(test) => vec![test],
                    // Which of them hung, or died, each tells by itself.
                    Outcome::Broken => names.clone(),
                };
                let mut each = suspects.iter();
                if let Some(by) = each.find(|test| self.confirms(test, engine, subject)) {
                    return Some(by.clone());
                }
                names.retain(|it| !suspects.contains(it));
            }
        }
        None
    }

    /// Finds out, once, how each test goes on an engine without a mutant. One that fails then is left out.
    fn measure(&mut self, engine: Engine) {
        let (binaries, kept_in, begun) = (&self.binaries, &self.kept_in, Instant::now());
        self.measured.entry(name(engine)).or_insert_with(|| {
            let all = binaries.iter();
            all.flat_map(|binary| kept(binary, engine, kept_in))
                .collect()
        });
        self.measuring += begun.elapsed();
    }
}

/// What was found out about this build, or is now.
fn kept(binary: &Path, engine: Engine, folder: &Path) -> Vec<Measured> {
    let built = fs::metadata(binary).unwrap().modified().unwrap();
    let built = built.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let file = binary.file_name().unwrap().to_string_lossy();
    let path = folder.join(format!("{file}-{}-{}", built.as_millis(), name(engine)));
    if !path.exists() {
        println!(
            "seeing what each test of {file} reaches on {engine:?}: once a build, some minutes"
        );
        let measured = measure(binary, engine);
        fs::create_dir_all(folder).unwrap();
        let lines = measured.iter().map(|it| {
            let reached: Vec<&str> = it.reached.iter().map(String::as_str).collect();
            format!("{}\t{}\t{}\n", it.test, it.seconds, reached.join(","))
        });
        fs::write(&path, lines.collect::<String>()).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let mut measured = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [test, seconds, reached] = fields.try_into().unwrap();
        measured.push(Measured {
            binary: binary.to_owned(),
            test: test.to_owned(),
            seconds: seconds.parse().unwrap(),
            reached: reached.split(',').map(str::to_owned).collect(),
        });
    }
    measured
}

fn measure(binary: &Path, engine: Engine) -> Vec<Measured> {
    let tests = tests_on(binary, engine);
    let folder = tempfile::tempdir().unwrap();
    let next = AtomicUsize::new(0);
    let measured = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some((at, test)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    tests.get(at).map(|test| (at, test))
                } {
                    let into = folder.path().join(at.to_string());
                    let begun = Instant::now();
                    let mut command = command(binary, std::slice::from_ref(test), engine);
                    fs::write(&into, "").unwrap();
                    command.env("RINGFENCE_REACHED_INTO", &into);
                    let outcome = ends(command.spawn().unwrap(), Duration::from_secs(300));
                    if outcome != Outcome::Passed {
                        println!("left out, because it fails without a mutant: {test}");
                        continue;
                    }
                    let told = fs::read_to_string(into).unwrap_or_default();
                    measured.lock().unwrap().push(Measured {
                        binary: binary.to_owned(),
                        test: test.clone(),
                        seconds: begun.elapsed().as_secs_f64(),
                        reached: told.lines().map(str::to_owned).collect(),
                    });
                }
            });
        }
    });
    measured.into_inner().unwrap()
}

/// The names of the tests of a binary; `further` narrows them down.
pub(crate) fn tests_of(binary: &Path, further: &[&str]) -> BTreeSet<String> {
    let mut command = Command::new(binary);
    command.args(["--list", "--format", "terse"]).args(further);
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let names = said.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

/// The names of the tests that run on this engine.
fn tests_on(binary: &Path, engine: Engine) -> Vec<String> {
    let other = match engine {
        Engine::Sqlite => "postgres",
        Engine::Postgres => "sqlite",
    };
    let ignored = tests_of(binary, &["--ignored"]);
    let mut all: Vec<String> = tests_of(binary, &[])
        .into_iter()
        .filter(|test| !ignored.contains(test) && !test.contains(other))
        .filter(|test| !SKIPPED.iter().any(|skipped| test.contains(skipped)))
        .collect();
    // The same module's tests are not all next to each other.
    let at_the_end = format!("::{}", name(engine));
    let fact = |test: &String| {
        let fact = test.strip_suffix(&at_the_end).unwrap_or(test);
        fact.split("::").last().map(str::to_owned)
    };
    all.sort_by_key(fact);
    all
}

fn command(binary: &Path, tests: &[String], engine: Engine) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("--exact")
        .args(["--test-threads", &SIDE_BY_SIDE.to_string()])
        .args(tests)
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true")
        .env_remove(super::ORDERS)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if engine == Engine::Postgres {
        command.env(xtask::cluster::URL_VARIABLE, xtask::cluster::shared());
    }
    command
}

fn run(
    binary: &Path,
    tests: &[String],
    engine: Engine,
    subject: Option<&Subject>,
    patience: Duration,
) -> Outcome {
    let mut command = command(binary, tests, engine);
    if let Some(subject) = subject {
        command.env(subject.variable, subject.told_on(engine));
    }
    ends(command.spawn().unwrap(), patience)
}

/// How a run of tests ends: the first that fails ends it.
fn ends(mut running: Child, patience: Duration) -> Outcome {
    let said = BufReader::new(running.stdout.take().unwrap());
    let (failed, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = said.lines().map_while(Result::ok);
        let first = lines.find(|line| line.ends_with("FAILED"));
        // Nobody listens once the time is over.
        let _unheard = failed.send(first);
    });
    let first = heard.recv_timeout(patience);
    if first != Ok(None) {
        running.kill().unwrap();
    }
    let ended = running.wait().unwrap();
    match first {
        Ok(None) if ended.success() => Outcome::Passed,
        Ok(None) | Err(_) => Outcome::Broken,
        Ok(Some(line)) => {
            let test = line.strip_prefix("test ").unwrap_or(&line);
            Outcome::Failed(test.split(" ...").next().unwrap_or_default().to_owned())
        }
    }
}
