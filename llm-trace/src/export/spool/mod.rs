//! Owns [`Spool`]: requests that could not be delivered, in files, in order, within a bound.
//!
//! What a courier has to deliver is first put here, in memory. It becomes a file when it is not
//! delivered at once, and is gone when its fate is known. So the order holds, and nothing is in two
//! places. The oldest make room for new ones.

mod file;
mod lane;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fs4::{FileExt, TryLockError};
use tokio::sync::watch;

use super::SpoolSettings;
use super::form::Form;
use super::notice;
use super::parcel::Parcel;
use super::stats::{Counters, Tally};
use file::Name;

pub(super) use lane::{Lane, Letter};

const LOCK: &str = "lock";

/// The signals, each of which has its own order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signal {
    Logs,
    Metrics,
    Traces,
}

/// The requests of all signals.
#[derive(Debug)]
pub(super) struct Spool {
    directory: PathBuf,
    max_bytes: u64,
    index: Mutex<Index>,
    tally: Tally,
    /// Counts what happens, for those who wait.
    news: watch::Sender<u64>,
    is_draining: AtomicBool,
    is_full_said: AtomicBool,
    is_damage_said: AtomicBool,
}

#[derive(Debug, Default)]
struct Index {
    /// Held until the end, so that no other spool uses the directory.
    lock: Option<File>,
    lanes: [VecDeque<Entry>; 3],
    /// The length of all files.
    bytes: u64,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    name: Name,
    body: Body,
    /// It is on its way, so it makes room for no other.
    is_sent: bool,
    /// It was on its way, and came back.
    is_in_vain: bool,
}

impl Entry {
    const fn new(name: Name, body: Body) -> Self {
        Self { name, body, is_sent: false, is_in_vain: false }
    }
}

#[derive(Debug)]
enum Body {
    /// In a file of this length.
    File(u64),
    Memory(Parcel),
}

impl Signal {
    const ALL: [Self; 3] = [Self::Logs, Self::Metrics, Self::Traces];

    const fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Metrics => "metrics",
            Self::Traces => "traces",
        }
    }

    fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.name() == name)
    }
}

impl Spool {
    /// Opens the directory, with what an earlier run has left in it.
    pub(super) fn open(settings: &SpoolSettings, tally: Tally) -> io::Result<Arc<Self>> {
        fs::create_dir_all(&settings.directory)?;
        let lock = File::create(settings.directory.join(LOCK))?;
        FileExt::try_lock(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another process, or another guard, uses it",
            ),
            TryLockError::Error(error) => error,
        })?;
        let mut index = Index { lock: Some(lock), ..Index::default() };
        let mut found = Vec::new();
        for entry in fs::read_dir(&settings.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            if file::is_unfinished(name) {
                fs::remove_file(entry.path())?;
            } else if let Some(name) = Name::read(name) {
                found.push((name, entry.metadata()?.len()));
            }
        }
        found.sort_by_key(|(name, _)| name.sequence);
        let spool = Self {
            directory: settings.directory.clone(),
            max_bytes: settings.max_bytes,
            index: Mutex::default(),
            tally,
            news: watch::Sender::new(0),
            is_draining: AtomicBool::new(false),
            is_full_said: AtomicBool::new(false),
            is_damage_said: AtomicBool::new(false),
        };
        for (name, length) in found {
            index.next = name.sequence + 1;
            index.bytes += length;
            spool.counters(name.signal).spooled.add(name.items);
            index.lanes[name.signal as usize].push_back(Entry::new(name, Body::File(length)));
        }
        spool.make_room(&mut index);
        *spool.lock() = index;
        Ok(Arc::new(spool))
    }

    /// Puts a request at the end of its lane; returns its number.
    fn post(&self, signal: Signal, parcel: Parcel, items: u64) -> u64 {
        let mut index = self.lock();
        let sequence = index.next;
        index.next += 1;
        let name = Name { sequence, signal, items };
        index.lanes[signal as usize].push_back(Entry::new(name, Body::Memory(parcel)));
        drop(index);
        self.tell();
        sequence
    }

    /// Makes a request a file, if it still is here.
    fn store(&self, signal: Signal, sequence: u64, form: Form) -> io::Result<()> {
        let mut index = self.lock();
        let Some(at) = index.find(signal, sequence) else { return Ok(()) };
        let entry = &index.lanes[signal as usize][at];
        let Body::Memory(parcel) = &entry.body else { return Ok(()) };
        if index.lock.is_none() {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "it was shut down"));
        }
        let name = entry.name;
        let parcel = form.give(parcel.clone(), signal).map_err(io::Error::other)?;
        let length = file::write(&self.directory, name, &parcel)?;
        self.counters(signal).spooled.add(name.items);
        index.lanes[signal as usize][at].body = Body::File(length);
        index.bytes += length;
        self.make_room(&mut index);
        drop(index);
        self.tell();
        Ok(())
    }

    /// Gives up a request that is not a file; returns whether it still was here.
    fn withdraw(&self, signal: Signal, sequence: u64) -> bool {
        let mut index = self.lock();
        let found = index.find(signal, sequence);
        found.is_some_and(|at| index.lanes[signal as usize].remove(at).is_some())
    }

    /// Takes the oldest request of a lane, which stays here until it is settled.
    fn oldest(&self, signal: Signal) -> Option<(Name, Parcel)> {
        loop {
            let mut index = self.lock();
            let entry = index.lanes[signal as usize].front_mut()?;
            entry.is_sent = true;
            let name = entry.name;
            let read = match &entry.body {
                Body::Memory(parcel) => Some(parcel.clone()),
                Body::File(_) => file::read(&self.directory, name),
            };
            if let Some(parcel) = read {
                return Some((name, parcel));
            }
            drop(index);
            self.settle(name);
            self.counters(signal).spool_lost.add(name.items);
            if !self.is_damage_said.swap(true, Ordering::Relaxed) {
                let path = self.directory.join(name.written());
                notice::warn(format_args!("{} is damaged and was dropped", path.display()));
            }
        }
    }

    /// Takes a request out, whose fate is known; returns whether it still was here.
    fn settle(&self, name: Name) -> bool {
        let mut index = self.lock();
        let found = index.find(name.signal, name.sequence);
        let entry = found.and_then(|at| index.lanes[name.signal as usize].remove(at));
        if let Some(Entry { body: Body::File(length), .. }) = entry {
            self.remove(&mut index, name, length);
        }
        drop(index);
        self.tell();
        entry.is_some()
    }

    /// Takes a request back that was not delivered.
    fn take_back(&self, name: Name) {
        let mut index = self.lock();
        if let Some(at) = index.find(name.signal, name.sequence) {
            let entry = &mut index.lanes[name.signal as usize][at];
            (entry.is_sent, entry.is_in_vain) = (false, true);
        }
        drop(index);
        self.tell();
    }

    /// Drops the oldest files until all are within the bound.
    fn make_room(&self, index: &mut Index) {
        while index.bytes > self.max_bytes {
            let files = Signal::ALL.into_iter().filter_map(|signal| {
                let mut lane = index.lanes[signal as usize].iter();
                let at =
                    lane.position(|entry| matches!(entry.body, Body::File(_)) && !entry.is_sent)?;
                Some((index.lanes[signal as usize][at].name, at))
            });
            let Some((name, at)) = files.min_by_key(|(name, _)| name.sequence) else { return };
            let entry = index.lanes[name.signal as usize].remove(at);
            let Some(Entry { body: Body::File(length), .. }) = entry else { return };
            self.remove(index, name, length);
            self.counters(name.signal).spool_lost.add(name.items);
            if !self.is_full_said.swap(true, Ordering::Relaxed) {
                notice::warn(format_args!(
                    "the spool is full and drops what is oldest, see LLM_TRACE_SPOOL_MAX_BYTES"
                ));
            }
        }
    }

    fn remove(&self, index: &mut Index, name: Name, length: u64) {
        index.bytes -= length;
        self.counters(name.signal).spooled.subtract(name.items);
        // What cannot be removed is delivered again by the next run; there is nothing else to do.
        let _ = fs::remove_file(self.directory.join(name.written()));
    }

    /// Lets others use the directory; nothing is sent or stored from now on.
    pub(super) fn release(&self) {
        if let Some(lock) = self.lock().lock.take() {
            // A process that was started meanwhile may have the file too, until it runs.
            let _ = FileExt::unlock(&lock);
        }
    }

    fn counters(&self, signal: Signal) -> &Counters {
        match signal {
            Signal::Logs => &self.tally.logs,
            Signal::Metrics => &self.tally.metrics,
            Signal::Traces => &self.tally.traces,
        }
    }

    fn tell(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn find(&self, signal: Signal, sequence: u64) -> Option<usize> {
        let lane = &self.lanes[signal as usize];
        lane.binary_search_by_key(&sequence, |entry| entry.name.sequence).ok()
    }
}
