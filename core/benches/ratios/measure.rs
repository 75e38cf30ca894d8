//! Taking two sides in turns, and saying how they compare.
//!
//! Both sides run in short slices, A B B A …, so that whatever else the machine does falls on both. A round
//! gives one ratio; of the rounds the median counts, and the quartiles beside it tell how steady it was.
//! No time is printed without the other side's, but where the target itself is a time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

/// How long to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// To see that it runs.
    Once,
    Quick,
    Full,
}

impl Effort {
    pub fn pick<T>(self, once: T, quick: T, full: T) -> T {
        match self {
            Self::Once => once,
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// What a measurement is held against.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A multiple of the bare time.
    AtMost(f64),
    /// A multiple of the bare rate.
    AtLeast(f64),
    /// A time.
    Within(Duration),
    /// A size in megabytes.
    Below(f64),
    /// Printed beside a line that has one.
    None,
}

/// One line of the table.
pub struct Line {
    what: String,
    median: f64,
    quartiles: (f64, f64),
    target: Target,
    /// The 99th percentile of the single calls, and what it may be.
    slowest: Option<(Duration, Duration)>,
}

impl Line {
    pub fn new(what: impl Into<String>, mut rounds: Vec<f64>, target: Target) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            what: what.into(),
            median: quantile(&rounds, 0.5),
            quartiles: (quantile(&rounds, 0.25), quantile(&rounds, 0.75)),
            target,
            slowest: None,
        }
    }

    pub fn with_p99(mut self, latencies: Vec<Duration>, most: Duration) -> Self {
        self.slowest = Some((p99(latencies), most));
        self
    }

    pub fn heading() -> String {
        format!(
            "{:<62} {:>8}  {:<15} {:<10} met",
            "what", "median", "quartiles", "target"
        )
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, target, met) = match self.target {
            Target::AtMost(most) => ("×", format!("≤ {most} ×"), Some(self.median <= most)),
            Target::AtLeast(least) => ("×", format!("≥ {least} ×"), Some(self.median >= least)),
            Target::Within(most) => {
                let most = most.as_secs_f64() * 1e3;
                ("ms", format!("< {most} ms"), Some(self.median < most))
            }
            Target::Below(most) => ("MB", format!("< {most} MB"), Some(self.median < most)),
            Target::None => ("×", String::new(), None),
        };
        let met = met.map(|met| met && self.slowest.is_none_or(|(p99, most)| p99 < most));
        let verdict = match met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let (low, high) = self.quartiles;
        let spread = format!("{low:.2} – {high:.2}");
        write!(
            f,
            "{:<62} {:>5.2} {unit:<2}  {spread:<15} {target:<10} {verdict}",
            self.what, self.median
        )?;
        if let Some((p99, most)) = self.slowest {
            write!(f, "   p99 {:.1?} of {:?}", p99, most)?;
        }
        Ok(())
    }
}

/// How long one side took for one call, in each round: `ours` over `bare`.
///
/// A side is told how many calls to make. The slices are of about the same length for both.
pub fn ratios(
    rounds: usize,
    slice: Duration,
    mut ours: impl FnMut(u32),
    mut bare: impl FnMut(u32),
) -> Vec<f64> {
    let (our_calls, bare_calls) = (calls_in(slice, &mut ours), calls_in(slice, &mut bare));
    (0..rounds)
        .map(|round| {
            let (our_time, bare_time);
            if round % 2 == 0 {
                our_time = time_of_one(our_calls, &mut ours);
                bare_time = time_of_one(bare_calls, &mut bare);
            } else {
                bare_time = time_of_one(bare_calls, &mut bare);
                our_time = time_of_one(our_calls, &mut ours);
            }
            our_time / bare_time
        })
        .collect()
}

/// How many calls fill a slice, with caches warm.
fn calls_in(slice: Duration, side: &mut impl FnMut(u32)) -> u32 {
    let mut calls = 1;
    loop {
        let started = Instant::now();
        side(calls);
        let taken = started.elapsed();
        if taken >= slice / 2 {
            let fitting = f64::from(calls) * slice.as_secs_f64() / taken.as_secs_f64();
            return (fitting as u32).max(1);
        }
        calls *= 2;
    }
}

fn time_of_one(calls: u32, side: &mut impl FnMut(u32)) -> f64 {
    let started = Instant::now();
    side(calls);
    started.elapsed().as_secs_f64() / f64::from(calls)
}

/// What a number of callers did together in a while.
pub struct Load {
    pub per_second: f64,
    pub latencies: Vec<Duration>,
}

/// Keeps `callers` tasks calling for a while, each waiting for its answer before it calls again.
pub fn load<C, F>(
    runtime: &Runtime,
    callers: usize,
    span: Duration,
    call: impl Fn(usize) -> C,
) -> Load
where
    C: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let started = Instant::now();
    let ends = started + span;
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let mut call = call(caller);
            runtime.spawn(async move {
                let mut latencies = Vec::new();
                while Instant::now() < ends {
                    let began = Instant::now();
                    call().await;
                    latencies.push(began.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(runtime.block_on(task).unwrap());
    }
    let per_second = latencies.len() as f64 / started.elapsed().as_secs_f64();
    Load {
        per_second,
        latencies,
    }
}

/// The runtime of a host: two threads, as many as the machine has cores.
pub fn host_runtime() -> Arc<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    Arc::new(runtime.unwrap())
}

fn p99(mut latencies: Vec<Duration>) -> Duration {
    latencies.sort_unstable();
    latencies[(latencies.len() - 1) * 99 / 100]
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}
