//! Many units of work at a time, their results in the order of the input.
//!
//! A unit (a line, an argument) gives any number of results, each handed over as soon as it is known. In order, the
//! results of the oldest unfinished unit go out at once and those of later ones wait, in a window that bounds how far
//! ahead of the oldest the others may run; unordered, every result goes out at once. The sink is flushed whenever
//! nothing more is ready.
//!
//! Ctrl-C ends the run: what is finished goes out, in order, and the report says how much was not. A unit that panics
//! counts as a fault of ours and ends like any other. Memory is bounded by the window, however long the input.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::exit::Tally;
use super::input::{Input, Source};
use super::progress::Progress;

/// Where units come from.
pub trait Units {
    /// What a unit is.
    type Unit;
    /// The next one; `None` at the end.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::Unit>>;
}

impl Units for Source {
    type Unit = Input;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Input>> {
        Source::poll_next(self, cx)
    }
}

/// Where results go. Units are numbered from 0 in the order of the input.
pub trait Sink<O> {
    /// A result of a unit.
    ///
    /// # Errors
    /// What the writer says; it ends the run.
    fn result(&mut self, unit: u64, result: O) -> io::Result<()>;
    /// The unit has no more results.
    ///
    /// # Errors
    /// What the writer says; it ends the run.
    fn end(&mut self, unit: u64) -> io::Result<()>;
    /// Nothing more is ready.
    ///
    /// # Errors
    /// What the writer says; it ends the run.
    fn flush(&mut self) -> io::Result<()>;
    /// What has come of the work so far.
    fn tally(&self) -> Tally;
}

/// How the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Units at a time.
    pub jobs: usize,
    /// Units between the oldest unfinished one and the newest.
    pub window: usize,
    /// Results in the order of the input.
    pub ordered: bool,
}

/// Takes the results of one unit. When it is dropped, the unit has ended.
#[derive(Debug)]
pub struct Emit<O> {
    unit: u64,
    channel: UnboundedSender<(u64, Option<O>)>,
}

impl<O> Emit<O> {
    /// Hands over a result.
    pub fn result(&self, result: O) {
        // The other end is only gone when the run is over.
        let _ = self.channel.send((self.unit, Some(result)));
    }
}

impl<O> Drop for Emit<O> {
    fn drop(&mut self) {
        let _ = self.channel.send((self.unit, None));
    }
}

/// How the run went.
#[derive(Debug, Default)]
pub struct Report {
    /// Units begun.
    pub begun: u64,
    /// Units ended.
    pub ended: u64,
    /// Units that panicked.
    pub panicked: u64,
    /// Whether the end of the input was seen.
    pub read_all: bool,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// What the writer said, if it ended the run.
    pub write: Option<io::Error>,
}

/// Does all units. `stop` ends the run early when it is ready.
pub async fn run<U, O, F>(
    units: &mut U,
    plan: Plan,
    work: impl Fn(U::Unit, Emit<O>) -> F,
    sink: &mut dyn Sink<O>,
    progress: &mut Progress,
    stop: impl Future<Output = ()>,
) -> Report
where
    U: Units,
    O: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (channel, mut results) = unbounded_channel();
    let mut tasks = JoinSet::new();
    let mut order = Order { ordered: plan.ordered, first: 0, slots: VecDeque::new() };
    let mut report = Report::default();
    let mut more = true;
    let mut stop = std::pin::pin!(stop);
    loop {
        if let Err(error) = drain(&mut results, &mut order, sink, &mut report) {
            report.write = Some(error);
            return report;
        }
        progress.now(report.ended, report.begun - report.ended, sink.tally());
        if !more && report.ended == report.begun {
            break;
        }
        let room = (report.begun - report.ended) < plan.jobs as u64 && order.slots.len() < plan.window;
        tokio::select! {
            biased;
            () = &mut stop => {
                report.interrupted = true;
                break;
            }
            Some(result) = results.recv() => {
                if let Err(error) = order.place(result, sink, &mut report) {
                    report.write = Some(error);
                    return report;
                }
            }
            Some(joined) = tasks.join_next(), if !tasks.is_empty() => {
                report.panicked += u64::from(joined.is_err());
            }
            unit = poll_fn(|cx| units.poll_next(cx)), if more && room => match unit {
                Some(unit) => {
                    order.slots.push_back(Slot { results: VecDeque::new(), ended: false });
                    tasks.spawn(work(unit, Emit { unit: report.begun, channel: channel.clone() }));
                    report.begun += 1;
                }
                None => {
                    more = false;
                    report.read_all = true;
                }
            },
            () = tokio::time::sleep(Duration::from_millis(200)), if progress.wanted() => {}
        }
    }
    while let Some(joined) = tasks.try_join_next() {
        report.panicked += u64::from(joined.is_err());
    }
    let last = drain(&mut results, &mut order, sink, &mut report)
        .and_then(|()| order.give_up(sink))
        .and_then(|()| sink.flush());
    report.write = last.err();
    report
}

fn drain<O>(
    results: &mut UnboundedReceiver<(u64, Option<O>)>,
    order: &mut Order<O>,
    sink: &mut dyn Sink<O>,
    report: &mut Report,
) -> io::Result<()> {
    while let Ok(result) = results.try_recv() {
        order.place(result, sink, report)?;
    }
    sink.flush()
}

struct Slot<O> {
    results: VecDeque<O>,
    ended: bool,
}

/// The units from the oldest unfinished one on.
struct Order<O> {
    ordered: bool,
    first: u64,
    slots: VecDeque<Slot<O>>,
}

impl<O> Order<O> {
    fn place(
        &mut self,
        (unit, result): (u64, Option<O>),
        sink: &mut dyn Sink<O>,
        report: &mut Report,
    ) -> io::Result<()> {
        let at = usize::try_from(unit - self.first).unwrap_or(usize::MAX);
        let direct = !self.ordered || at == 0;
        let Some(slot) = self.slots.get_mut(at) else { return Ok(()) };
        match result {
            Some(result) if direct => return sink.result(unit, result),
            Some(result) => slot.results.push_back(result),
            None => {
                slot.ended = true;
                report.ended += 1;
                if !self.ordered {
                    sink.end(unit)?;
                }
            }
        }
        self.advance(sink)
    }

    /// Lets out what has come to the front.
    fn advance(&mut self, sink: &mut dyn Sink<O>) -> io::Result<()> {
        while let Some(slot) = self.slots.front_mut() {
            for result in slot.results.drain(..) {
                sink.result(self.first, result)?;
            }
            if !slot.ended {
                break;
            }
            if self.ordered {
                sink.end(self.first)?;
            }
            self.slots.pop_front();
            self.first += 1;
        }
        Ok(())
    }

    /// Lets out all that is finished, whatever is in front of it.
    fn give_up(&mut self, sink: &mut dyn Sink<O>) -> io::Result<()> {
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let unit = self.first + at as u64;
            for result in slot.results.drain(..) {
                sink.result(unit, result)?;
            }
            // An unfinished unit is told as far as it came.
            if self.ordered || !slot.ended {
                sink.end(unit)?;
            }
        }
        self.slots.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use super::{Emit, Plan, Report, Sink, Units, run};
    use crate::cli::exit::Tally;
    use crate::cli::progress::Progress;

    struct Numbers(std::ops::Range<u64>);

    impl Units for Numbers {
        type Unit = u64;
        fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<u64>> {
            Poll::Ready(self.0.next())
        }
    }

    #[derive(Default)]
    struct Seen {
        results: Vec<(u64, u64)>,
        ends: Vec<u64>,
        fail_at: Option<usize>,
    }

    impl Sink<u64> for Seen {
        fn result(&mut self, unit: u64, result: u64) -> io::Result<()> {
            if self.fail_at == Some(self.results.len()) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.results.push((unit, result));
            Ok(())
        }
        fn end(&mut self, unit: u64) -> io::Result<()> {
            self.ends.push(unit);
            Ok(())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
        fn tally(&self) -> Tally {
            Tally::default()
        }
    }

    /// Later units are quicker; unit 3 panics, each other gives two results.
    async fn work(unit: u64, emit: Emit<u64>) {
        emit.result(unit);
        tokio::time::sleep(Duration::from_millis(20 - 2 * (unit % 10))).await;
        assert!(unit != 3, "on purpose");
        emit.result(unit + 100);
    }

    fn go(count: u64, plan: Plan, seen: &mut Seen) -> Report {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut progress = Progress::never();
        runtime.block_on(run(&mut Numbers(0..count), plan, work, seen, &mut progress, std::future::pending()))
    }

    fn ordered(jobs: usize) -> Plan {
        Plan { jobs, window: 4, ordered: true }
    }

    #[test]
    fn results_keep_the_order_of_the_input() {
        let mut seen = Seen::default();
        let report = go(10, ordered(8), &mut seen);
        let expected: Vec<(u64, u64)> =
            (0..10).flat_map(|n| [(n, n), (n, n + 100)]).filter(|(unit, result)| *unit != 3 || *result == 3).collect();
        assert_eq!(seen.results, expected);
        assert_eq!(seen.ends, (0..10).collect::<Vec<_>>());
        assert_eq!((report.begun, report.ended, report.panicked), (10, 10, 1));
    }

    #[test]
    fn unordered_loses_nothing() {
        let mut seen = Seen::default();
        go(10, Plan { ordered: false, ..ordered(8) }, &mut seen);
        seen.results.sort_unstable();
        seen.ends.sort_unstable();
        assert_eq!(seen.results.len(), 19);
        assert_eq!(seen.ends, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn a_writer_that_fails_ends_the_run() {
        let mut seen = Seen { fail_at: Some(3), ..Seen::default() };
        let report = go(1_000_000, ordered(2), &mut seen);
        assert_eq!(report.write.unwrap().kind(), io::ErrorKind::BrokenPipe);
        assert!(report.begun < 10);
    }

    #[test]
    fn what_is_finished_goes_out_on_interruption() {
        // Unit 0 never ends; unit 1 does before anything stops the run.
        let (stopper, stop) = tokio::sync::oneshot::channel::<()>();
        let stopper = std::sync::Mutex::new(Some(stopper));
        let work = |unit: u64, emit: Emit<u64>| {
            let stopper = if unit == 1 { stopper.lock().unwrap().take() } else { None };
            async move {
                if unit == 0 {
                    std::future::pending::<()>().await;
                }
                emit.result(unit);
                drop(emit);
                drop(stopper);
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut seen = Seen::default();
        let mut progress = Progress::never();
        let stop = async {
            let _ = stop.await;
        };
        let report = runtime.block_on(run(&mut Numbers(0..2), ordered(2), work, &mut seen, &mut progress, stop));
        assert!(report.interrupted);
        assert_eq!((report.begun, report.ended), (2, 1));
        assert_eq!(seen.results, [(1, 1)]);
    }
}
