//! Owns [`Lane`]: the spool as one signal sees it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::time::Instant;

use crate::export::Target;
use crate::export::form::Form;
use crate::export::parcel::Parcel;
use crate::export::runtime::{Closing, first};

use super::file::Name;
use super::{Signal, Spool};

/// The requests of one signal.
#[derive(Clone, Debug)]
pub(in crate::export) struct Lane {
    spool: Arc<Spool>,
    signal: Signal,
    form: Form,
}

/// The oldest of them, on its way.
#[derive(Debug)]
pub(in crate::export) struct Letter {
    name: Name,
    /// What to send, or why this program cannot.
    pub(in crate::export) parcel: Result<Parcel, String>,
}

impl Letter {
    pub(in crate::export) const fn items(&self) -> u64 {
        self.name.items
    }
}

impl Lane {
    pub(in crate::export) fn new(spool: &Arc<Spool>, signal: Signal, target: &Target) -> Self {
        Self { spool: spool.clone(), signal, form: Form::of(target) }
    }

    /// Returns whether something is here, which goes before everything new.
    pub(in crate::export) fn is_waiting(&self) -> bool {
        !self.spool.lock().lanes[self.signal as usize].is_empty()
    }

    /// Puts a request at the end; returns its number.
    pub(in crate::export) fn post(&self, parcel: Parcel, items: u64) -> u64 {
        self.spool.post(self.signal, parcel, items)
    }

    /// Makes a request a file, if its fate is not known yet.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(in crate::export) fn store(&self, number: u64) -> io::Result<()> {
        self.spool.store(self.signal, number, self.form.stored())
    }

    /// Gives up a request that could not be made a file; returns whether its fate was not known.
    pub(in crate::export) fn withdraw(&self, number: u64) -> bool {
        self.spool.withdraw(self.signal, number)
    }

    /// Waits until the fate of a request is known, or it was tried in vain, or it is late; returns
    /// whether its fate is known.
    pub(in crate::export) async fn settled(
        &self,
        number: u64,
        deadline: Instant,
        closing: &Closing,
    ) -> bool {
        let mut news = self.spool.news.subscribe();
        let tried = async {
            loop {
                match self.is_in_vain(number) {
                    Some(false) => {
                        let _ = news.changed().await;
                    }
                    vain => return vain.is_none(),
                }
            }
        };
        closing.within(deadline, tried).await.unwrap_or(false)
    }

    /// Returns whether a request was tried and taken back; nothing, if its fate is known.
    fn is_in_vain(&self, number: u64) -> Option<bool> {
        let index = self.spool.lock();
        let at = index.find(self.signal, number)?;
        Some(index.lanes[self.signal as usize][at].is_in_vain)
    }

    /// Takes the oldest request, when there is one; nothing, when there will be none.
    pub(in crate::export) async fn next(&self) -> Option<Letter> {
        let mut news = self.spool.news.subscribe();
        loop {
            if let Some((name, parcel)) = self.spool.oldest(self.signal) {
                return Some(Letter { name, parcel: self.form.give(parcel, self.signal) });
            }
            if self.is_draining() {
                return None;
            }
            news.changed().await.ok()?;
        }
    }

    /// Takes a request out, whose fate is known; returns whether it was not given up meanwhile.
    pub(in crate::export) fn settle(&self, letter: &Letter) -> bool {
        self.spool.settle(letter.name)
    }

    /// Takes a request back that was not delivered.
    pub(in crate::export) fn take_back(&self, letter: &Letter) {
        self.spool.take_back(letter.name);
    }

    /// Waits for a job, but no longer than until nothing new comes; returns whether that is so.
    pub(in crate::export) async fn pause(&self, job: impl Future<Output = ()>) -> bool {
        let mut news = self.spool.news.subscribe();
        let draining = async { while !self.is_draining() && news.changed().await.is_ok() {} };
        first(job, draining).await.is_none()
    }

    fn is_draining(&self) -> bool {
        self.spool.is_draining.load(Ordering::Acquire)
    }
}

impl Spool {
    /// Says that nothing new comes: what is here is tried once more, and what fails stays.
    pub(in crate::export) fn drain(&self) {
        self.is_draining.store(true, Ordering::Release);
        self.tell();
    }
}
