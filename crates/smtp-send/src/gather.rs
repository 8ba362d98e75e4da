//! Units of work: the recipients of one domain, and what is known of the way to it.
//!
//! Records and lines that follow each other, are about one domain and know the same way to it make one unit, so that its
//! recipients share one transaction; a record that knows another way goes it with its own recipients. Those of `--to`
//! join the first record of their domain, and what no record is about is looked up. The same recipient twice is one. A unit has 100 recipients at most, which every server takes (RFC 5321 §4.5.3.1.8).

use std::collections::{HashSet, VecDeque};
use std::task::{Context, Poll, ready};

use byhand::cli::input::{Bad, Input, Item, Line, NoInput, Source};
use byhand::cli::io::Io;
use byhand::cli::pump::Units;
use byhand::domain::Domain;
use byhand::mailbox::{MailHost, Mailbox};
use byhand::tool::lookup::{Place, Query};
use byhand::wire::{MxRecord, Status};

use crate::options::Args;

/// RFC 5321 §4.5.3.1.8: so many recipients every server has to take.
const MOST: usize = 100;

/// What is said where nobody is named at all.
pub(crate) const NOBODY: &str = "nothing to send to: give --to ADDRESS, or pipe in what `mxlookup ADDRESS` prints";

/// One thing to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Unit {
    /// Recipients of one domain.
    Group(Group),
    /// A line that is none.
    Bad(Bad),
}

/// Recipients of one domain, and the items that lead there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    /// The domain or literal; `None` for a record that names none.
    pub(crate) domain: Option<String>,
    pub(crate) recipients: Vec<Mailbox>,
    /// The first counts, and all that are probes.
    pub(crate) items: Vec<Item>,
}

/// All there is to do.
pub(crate) struct Gather {
    /// Of the options, by domain, in their order.
    own: VecDeque<(String, Vec<Mailbox>)>,
    source: Option<Source>,
    open: Option<Group>,
    /// `--server` names the way of all.
    one_way: bool,
    ready: VecDeque<Unit>,
    seen: HashSet<Mailbox>,
}

impl Gather {
    /// Recipients of the options, and what `-i` or a pipe brings.
    pub(crate) fn open(recipients: Vec<Mailbox>, args: &Args, io: &mut Io) -> Result<Self, String> {
        let source = if recipients.is_empty() || args.input.input.is_some() {
            let source = Source::open(Vec::new(), &args.input, io).map_err(|error| match error {
                NoInput::Nothing if args.input.input.is_some() => "standard input can be read only once".to_owned(),
                NoInput::Nothing => NOBODY.to_owned(),
                error @ NoInput::File(..) => error.to_string(),
            })?;
            Some(source)
        } else {
            None
        };
        let mut own: VecDeque<(String, Vec<Mailbox>)> = VecDeque::new();
        let mut seen = HashSet::new();
        for recipient in recipients.into_iter().filter(|recipient| seen.insert(recipient.clone())) {
            let domain = recipient.host().to_string();
            match own.iter_mut().find(|(known, _)| *known == domain) {
                Some((_, group)) => group.push(recipient),
                None => own.push_back((domain, vec![recipient])),
            }
        }
        let one_way = args.server.server.is_some();
        Ok(Self { own, source, open: None, one_way, ready: VecDeque::new(), seen })
    }

    /// How many units there are, where that is known.
    pub(crate) fn total(&self) -> Option<u64> {
        let units = |group: &Vec<Mailbox>| group.len().div_ceil(MOST) as u64;
        self.source.is_none().then(|| self.own.iter().map(|(_, group)| units(group)).sum())
    }

    fn take(&mut self, input: Input) {
        let Input { item, line } = input;
        let added = match item {
            Ok(item) => self.add(item, line.as_ref()),
            Err(bad) => Err(bad),
        };
        if let Err(bad) = added {
            self.close();
            self.ready.push_back(Unit::Bad(bad));
        }
    }

    fn add(&mut self, item: Item, line: Option<&Line>) -> Result<(), Bad> {
        let bad = |text: String, reason: &str| Bad { text, reason: reason.to_owned(), line: line.cloned() };
        let (domain, recipients) = match &item {
            Item::Query(query) if query.recipients.is_empty() => {
                let text = query.input.clone().unwrap_or_else(|| place(&query.place));
                return Err(bad(text, "this is a domain, and mail goes to an address: NAME@DOMAIN"));
            }
            Item::Query(query) => (Some(place(&query.place)), query.recipients.clone()),
            Item::Server(server) => {
                return Err(bad(server.to_string(), "a server is no recipient; --server sends straight to one"));
            }
            Item::Mx(record) => {
                (canonical(record.domain.as_deref()), of_record(record).map_err(|(text, why)| bad(text, why))?)
            }
            Item::Probe(record) => (canonical(record.target.domain.as_deref()), Vec::new()),
        };
        let dead = matches!(&item, Item::Mx(record) if record.outcome.status != Status::Ok);
        let given = recipients.len();
        let mut new: Vec<Mailbox> = self.own_of(domain.as_deref());
        new.extend(recipients.into_iter().filter(|recipient| self.seen.insert(recipient.clone())));
        let continues = |open: &Group| {
            let same_way = |first: &Item| self.one_way || leads_the_same_way(first, &item);
            open.domain == domain && open.items.first().is_some_and(same_way)
        };
        let continues = domain.is_some() && self.open.as_ref().is_some_and(continues);
        if !continues {
            if new.is_empty() && given > 0 {
                // Nobody new: the message goes to them already.
                return Ok(());
            }
            if new.is_empty() && !dead {
                let what = domain.unwrap_or_else(|| "a record without a domain".into());
                let why = "the record names no recipient: pipe in what `mxlookup ADDRESS` prints, or give --to ADDRESS";
                return Err(bad(what, why));
            }
            self.close();
        }
        let open = self.open.get_or_insert_with(|| Group { domain, recipients: Vec::new(), items: Vec::new() });
        if open.items.is_empty() || matches!(item, Item::Probe(_)) {
            open.items.push(item);
        }
        open.recipients.extend(new);
        Ok(())
    }

    fn own_of(&mut self, domain: Option<&str>) -> Vec<Mailbox> {
        let at = self.own.iter().position(|(own, _)| Some(own.as_str()) == domain);
        at.and_then(|at| self.own.remove(at)).map(|(_, group)| group).unwrap_or_default()
    }

    /// The open group is whole.
    fn close(&mut self) {
        let Some(group) = self.open.take() else { return };
        if group.recipients.is_empty() {
            self.ready.push_back(Unit::Group(group));
            return;
        }
        for some in group.recipients.chunks(MOST) {
            self.ready.push_back(Unit::Group(Group { recipients: some.to_vec(), ..group.clone() }));
        }
    }
}

impl Units for Gather {
    type Unit = Unit;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Unit>> {
        loop {
            if let Some(unit) = self.ready.pop_front() {
                return Poll::Ready(Some(unit));
            }
            if self.open.as_ref().is_some_and(|open| open.recipients.len() >= MOST) {
                // What is whole goes out; the next line of the domain begins another.
                self.close();
                continue;
            }
            if let Some(source) = &mut self.source {
                match ready!(source.poll_next(cx)) {
                    Some(input) => self.take(input),
                    None => {
                        self.source = None;
                        self.close();
                    }
                }
                continue;
            }
            let Some((domain, recipients)) = self.own.pop_front() else { return Poll::Ready(None) };
            let place = match recipients.first().map(Mailbox::host) {
                Some(MailHost::Literal(address)) => Place::Literal(*address),
                Some(MailHost::Domain(domain)) => Place::Domain(domain.clone()),
                None => continue,
            };
            let items = vec![Item::Query(Query { place, recipients: Vec::new(), input: None })];
            self.open = Some(Group { domain: Some(domain), recipients, items });
            self.close();
        }
    }
}

/// Whether an item adds to a unit that begins with the first: it would be sent to the same hosts, or, as a probe, it is one
/// more server for whoever is there already.
fn leads_the_same_way(first: &Item, item: &Item) -> bool {
    match (first, item) {
        (_, Item::Probe(_)) | (Item::Query(_), Item::Query(_)) => true,
        (Item::Mx(a), Item::Mx(b)) => {
            // Hosts of one preference may stand in any order (RFC 5321 §5.1), which is no other way.
            let hosts = |record: &MxRecord| {
                let mut hosts: Vec<_> = record
                    .hosts
                    .iter()
                    .map(|host| {
                        let mut addresses = host.addresses.clone();
                        addresses.sort_unstable();
                        (host.preference, host.host.to_ascii_lowercase(), addresses)
                    })
                    .collect();
                hosts.sort_unstable();
                hosts
            };
            let end = |record: &MxRecord| (record.outcome.status, record.outcome.fault);
            (end(a), a.source, hosts(a)) == (end(b), b.source, hosts(b))
        }
        _ => false,
    }
}

fn place(place: &Place) -> String {
    match place {
        Place::Domain(domain) => domain.to_string(),
        Place::Literal(address) => byhand::mailbox::literal(*address),
    }
}

/// The domain or literal of a record in the form that a recipient's has: names are the same in any case.
fn canonical(domain: Option<&str>) -> Option<String> {
    let domain = domain?;
    let literal = byhand::mailbox::parse_literal(domain).map(byhand::mailbox::literal);
    literal
        .or_else(|| domain.parse::<Domain>().ok().map(|domain| domain.to_string()))
        .or_else(|| Some(domain.to_owned()))
}

/// The recipients of a record: of its own domain, all of them, or it is not used.
fn of_record(record: &MxRecord) -> Result<Vec<Mailbox>, (String, &'static str)> {
    let domain = canonical(record.domain.as_deref());
    let one = |text: &String| {
        let bad = |why| (text.clone(), why);
        let mailbox: Mailbox = text.parse().map_err(|_| bad("a recipient of the record is no address"))?;
        if domain.as_deref() == Some(mailbox.host().to_string().as_str()) {
            Ok(mailbox)
        } else {
            Err(bad("a recipient of the record is not of its domain"))
        }
    };
    record.recipients.iter().map(one).collect()
}
