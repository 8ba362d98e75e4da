//! Some futures at once, a bounded number in flight, results in the order of the futures.
//!
//! Everything stays in the caller's task and may borrow from it. Each wake-up polls all that are in flight: right for a
//! handful of look-ups, wrong for thousands.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs them all; no more than `limit` are begun and not done.
pub(super) async fn together<F>(futures: Vec<Pin<Box<F>>>, limit: usize) -> Vec<F::Output>
where
    F: Future + ?Sized,
{
    let mut results: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    let mut waiting = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    poll_fn(move |context| {
        loop {
            let room = limit.max(1).saturating_sub(running.len());
            running.extend(waiting.by_ref().take(room));
            let before = running.len();
            running.retain_mut(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(result) => {
                    results[*place] = Some(result);
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() && waiting.len() == 0 {
                return Poll::Ready(results.drain(..).flatten().collect());
            }
            // New ones begin at once in the place of those that are done.
            if running.len() == before || waiting.len() == 0 {
                return Poll::Pending;
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::together;

    #[tokio::test(flavor = "current_thread")]
    async fn bounded_and_in_order() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let task = async |n: u64| {
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(20 - n % 20)).await;
            now.fetch_sub(1, Ordering::Relaxed);
            n
        };
        let results = together((0..40).map(|n| Box::pin(task(n))).collect(), 7).await;
        assert_eq!(results, (0..40).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::Relaxed), 7);
        let none: Vec<u8> = together(Vec::<std::pin::Pin<Box<std::future::Ready<u8>>>>::new(), 3).await;
        assert!(none.is_empty());
    }
}
