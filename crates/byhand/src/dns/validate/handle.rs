//! The stub client in the shape that hickory's validator asks through.
//!
//! Every question goes out with checking disabled: a validating resolver then hands over the signatures of what it
//! would refuse itself, and a SERVFAIL means that the name servers do not work, not that DNSSEC failed. What became of
//! the question proper is kept, so that the sentences can name the server and its own words. Keys, delegations and zone
//! cuts are asked for over and over on the way down from the root; they are kept for a minute, within bounds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_proto::op::{DnsRequest, DnsResponse, Message};
use hickory_proto::rr::{Name, RecordType};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::DnsResponseStream;
use hickory_resolver::net::{DnsHandle, NetError};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::dns::stub::{How, Response, Stub, Trouble};

/// So long an answer about keys is kept.
const KEPT: Duration = Duration::from_secs(60);
/// So many of them.
const KEPT_LIMIT: usize = 4096;

type Question = (Name, RecordType);
type Cell = Arc<OnceCell<Message>>;

/// Answers about keys, shared by all look-ups.
#[derive(Debug, Default)]
pub(super) struct Keys(Mutex<HashMap<Question, (Instant, Cell)>>);

impl Keys {
    fn cell(&self, question: Question) -> Cell {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if kept.len() >= KEPT_LIMIT {
            kept.retain(|_, (since, _)| now.duration_since(*since) < KEPT);
        }
        if kept.len() >= KEPT_LIMIT {
            kept.clear();
        }
        let entry = kept.entry(question).or_insert_with(|| (now, Cell::default()));
        if now.duration_since(entry.0) >= KEPT {
            *entry = (now, Cell::default());
        }
        Arc::clone(&entry.1)
    }
}

/// What became of the questions of one look-up.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The answer to the question proper.
    pub(super) answer: Option<Response>,
    /// Why there is none.
    pub(super) troubles: Vec<Trouble>,
    /// What went wrong on the way to the keys.
    pub(super) key_troubles: Vec<Trouble>,
}

/// One look-up's handle.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    stub: Arc<Stub>,
    keys: Arc<Keys>,
    trace: Arc<Mutex<Trace>>,
    question: Question,
    plain_case: bool,
    deadline: Instant,
}

impl Handle {
    pub(super) fn new(
        stub: Arc<Stub>,
        keys: Arc<Keys>,
        question: Question,
        plain_case: bool,
        deadline: Instant,
    ) -> Self {
        Self { stub, keys, trace: Arc::default(), question, plain_case, deadline }
    }

    /// What became of the questions; the trace is empty afterwards.
    pub(super) fn take_trace(&self) -> Trace {
        std::mem::take(&mut *self.trace.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn answer(self, question: Question) -> Result<DnsResponse, NetError> {
        let how = How { checking_disabled: true, plain_case: self.plain_case };
        let trace = |note: &dyn Fn(&mut Trace)| note(&mut self.trace.lock().unwrap_or_else(PoisonError::into_inner));
        let message = if question == self.question {
            match self.stub.ask(&question.0, question.1, how, self.deadline).await {
                Ok(response) => {
                    let message = response.message.clone();
                    self.trace.lock().unwrap_or_else(PoisonError::into_inner).answer = Some(response);
                    message
                }
                Err(troubles) => {
                    trace(&|trace| trace.troubles.clone_from(&troubles));
                    return Err(NetError::Message("no resolver answered"));
                }
            }
        } else {
            let how = How { plain_case: true, ..how };
            let cell = self.keys.cell(question.clone());
            let asked = cell.get_or_try_init(async || {
                self.stub.ask(&question.0, question.1, how, self.deadline).await.map(|response| response.message)
            });
            match asked.await {
                Ok(message) => message.clone(),
                Err(troubles) => {
                    trace(&|trace| trace.key_troubles.extend(troubles.iter().cloned()));
                    return Err(NetError::Message("no resolver answered about the keys"));
                }
            }
        };
        DnsResponse::from_message(message).map_err(NetError::from)
    }
}

impl DnsHandle for Handle {
    type Response = DnsResponseStream;
    type Runtime = TokioRuntimeProvider;

    fn send(&self, request: DnsRequest) -> Self::Response {
        match request.queries.first() {
            Some(query) => Box::pin(self.clone().answer((query.name.clone(), query.query_type))).into(),
            None => NetError::Message("a request without a question").into(),
        }
    }
}
