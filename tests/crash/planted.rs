//! Bugs that are planted on purpose, each to be caught by the lane that is there for it.
//!
//! They are planted in the seams of the durable store, so that nothing of them is in
//! the store itself: in the storage below it (a sync that does nothing is, for all that
//! the disk can tell, a sync that was forgotten; a log whose checksums are made to fit
//! as it is read is a log whose checksums nobody compares), or in what it is handed.

use crate::cuts::Trial;
use crate::driver::NAME;
use crate::faults::dropped_pages;
use crate::layers::{Behaviour, Layered, OpenFile};
use crate::promise::{self, Entries, Layer, plain};
use crate::seal::{Log, read_as, u64_at};
use crate::session::Mistake;
use dossier::durable::{LockOutcome, MemoryStorage, Storage, StorageLock};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The bugs that a storage can have, or pretend that those above it have.
#[derive(Clone, Copy, Debug)]
enum Planted {
    SyncSkipped,
    FolderSyncSkipped,
    RenameOfTheDatabaseAfterThatOfTheLog,
    RenameThatRemovesFirst,
    ChecksumsNotCompared,
    TornTailAccepted,
    StaleLogReplayed,
    TailNotCut,
    EndOfTheLogNotWrittenAgain,
    LockIgnored,
    HistoryNotSyncedBeforeTheRename,
    LeafNamesOtherElements,
}

#[derive(Debug)]
struct Buggy {
    bug: Planted,
    held: Mutex<Option<(PathBuf, PathBuf)>>,
    /// The history of a checkpoint that waits to be written, and where.
    history: Mutex<Option<(Vec<u8>, u64)>>,
}

fn layer(bug: Planted) -> Layer {
    Arc::new(move |below| {
        Arc::new(Layered::over(
            below,
            Buggy { bug, held: Mutex::default(), history: Mutex::default() },
        ))
    })
}

/// Where the volumes of history lie in the bytes of a small checkpoint.
fn history_in(data: &[u8]) -> Option<std::ops::Range<usize>> {
    let volume = b"\x89SECTION\x05";
    let start = data.windows(volume.len()).position(|window| window == volume)?;
    let manifest = u64_at(data, data.len().checked_sub(40)?) as usize;
    (start < manifest && manifest < data.len()).then_some(start..manifest)
}

/// Lets the first leaf of an index in a small checkpoint name other elements than it should,
/// under checksums that fit; whether there is one.
fn mislead(data: &mut [u8]) -> bool {
    let leaf = b"\x89SECTION\x07";
    let Some(start) = data.windows(leaf.len()).position(|window| window == leaf) else {
        return false;
    };
    let (Some(trailer), head) = (data.len().checked_sub(48), u64_at(data, start + 24) as usize)
    else {
        return false;
    };
    let manifest = u64_at(data, trailer + 8) as usize;
    // One key, the count, how the ids are packed, and the lowest of them.
    let lowest = start + 48 + 2 + usize::from(data[start + 49] >= 0x80) + 1;
    data[lowest] = if data[lowest] & 0x7f < 0x7e { data[lowest] + 2 } else { data[lowest] - 2 };
    let sum = crc32c::crc32c(&data[start..start + 44]);
    let sum = crc32c::crc32c_append(sum, &data[start + 48..start + head]).to_le_bytes();
    let before = data[start + 44..start + 48].to_vec();
    data[start + 44..start + 48].copy_from_slice(&sum);
    let named = data[manifest..trailer].windows(4).position(|window| window == before);
    let Some(named) = named else { return false };
    data[manifest + named..manifest + named + 4].copy_from_slice(&sum);
    let sum = crc32c::crc32c(&data[manifest..trailer]).to_le_bytes();
    data[trailer + 36..trailer + 40].copy_from_slice(&sum);
    let sum = crc32c::crc32c(&data[trailer..trailer + 44]).to_le_bytes();
    data[trailer + 44..].copy_from_slice(&sum);
    true
}

/// A lock that keeps nobody out.
#[derive(Debug)]
struct NoLock;

impl StorageLock for NoLock {}

impl Buggy {
    /// How a log looks to a reader with this bug; `None` as it is.
    fn seen(&self, file: &OpenFile) -> io::Result<Option<Vec<u8>>> {
        let how = match self.bug {
            Planted::ChecksumsNotCompared => Log::Resealed,
            Planted::TornTailAccepted => Log::Padded,
            Planted::StaleLogReplayed => Log::Renewed,
            _ => return Ok(None),
        };
        if !file.is_log() {
            return Ok(None);
        }
        read_as(how, file.contents()?, &*file.storage, Path::new(NAME)).map(Some)
    }
}

impl Behaviour for Buggy {
    fn read(&self, file: &OpenFile, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let Some(bytes) = self.seen(file)? else { return file.below.read_at(buffer, offset) };
        let end = offset as usize + buffer.len();
        let found = bytes.get(offset as usize..end).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(found);
        Ok(())
    }
    fn length(&self, file: &OpenFile) -> io::Result<u64> {
        Ok(self.seen(file)?.map_or(file.below.len()?, |bytes| bytes.len() as u64))
    }
    fn write(&self, file: &OpenFile, data: &[u8], offset: u64) -> io::Result<()> {
        match self.bug {
            Planted::EndOfTheLogNotWrittenAgain
                if file.is_log() && offset + data.len() as u64 <= file.below.len()? =>
            {
                Ok(())
            }
            Planted::HistoryNotSyncedBeforeTheRename if !file.is_log() => {
                let Some(history) = history_in(data) else {
                    return file.below.write_at(data, offset);
                };
                let mut blank = data.to_vec();
                blank[history.clone()].fill(0);
                let waits = (data[history.clone()].to_vec(), offset + history.start as u64);
                *self.history.lock().expect("no panic before") = Some(waits);
                file.below.write_at(&blank, offset)
            }
            Planted::LeafNamesOtherElements if !file.is_log() && offset == 0 => {
                let mut other = data.to_vec();
                let misled = mislead(&mut other);
                file.below.write_at(if misled { &other } else { data }, offset)
            }
            _ => file.below.write_at(data, offset),
        }
    }
    fn set_len(&self, file: &OpenFile, length: u64) -> io::Result<()> {
        match self.bug {
            Planted::TailNotCut => Ok(()),
            _ => file.below.set_len(length),
        }
    }
    fn sync(&self, file: &OpenFile) -> io::Result<()> {
        match self.bug {
            Planted::SyncSkipped => Ok(()),
            _ => file.below.sync(),
        }?;
        // Readable from now on, and not durable.
        match self.history.lock().expect("no panic before").take() {
            Some((bytes, at)) => file.below.write_at(&bytes, at),
            None => Ok(()),
        }
    }
    fn sync_dir(&self, below: &dyn Storage, folder: &Path) -> io::Result<()> {
        let waits = self.held.lock().expect("no panic before").is_some();
        match self.bug {
            Planted::FolderSyncSkipped => Ok(()),
            _ if waits => Ok(()),
            _ => below.sync_dir(folder),
        }
    }
    fn rename(&self, below: &dyn Storage, from: &Path, to: &Path) -> io::Result<()> {
        let replaces = below.kind(to)?.is_some();
        match self.bug {
            Planted::RenameThatRemovesFirst if replaces => {
                below.remove(to)?;
                below.rename(from, to)
            }
            Planted::RenameOfTheDatabaseAfterThatOfTheLog if replaces => {
                let mut held = self.held.lock().expect("no panic before");
                if to == Path::new(NAME) {
                    *held = Some((from.to_path_buf(), to.to_path_buf()));
                    return Ok(());
                }
                below.rename(from, to)?;
                below.sync_dir(Path::new("."))?;
                match held.take() {
                    Some((from, to)) => below.rename(&from, &to),
                    None => Ok(()),
                }
            }
            _ => below.rename(from, to),
        }
    }
    fn lock(&self, below: &dyn Storage, path: &Path) -> io::Result<LockOutcome> {
        match self.bug {
            Planted::LockIgnored => Ok(LockOutcome::Held(Box::new(NoLock))),
            _ => below.lock(path),
        }
    }
    fn claim(&self, below: &dyn Storage, path: &Path) -> io::Result<LockOutcome> {
        match self.bug {
            Planted::LockIgnored => Ok(LockOutcome::Held(Box::new(NoLock))),
            _ => below.claim(path),
        }
    }
}

/// What the lane of power cuts finds first.
fn power_cuts(layer: Layer, mistake: Mistake, entries: Entries) -> Option<String> {
    let trial = Trial { layer, mistake, entries, ..Trial::sound(1..60, 24) };
    trial.cut_the_power().violations.lock().expect("no check panics").first().cloned()
}

/// A second writer beside a first must be refused.
fn two_writers(layer: &Layer) -> Option<String> {
    let storage = layer(Arc::new(MemoryStorage::new()));
    let first = promise::open(&storage).expect("it opens");
    let second = promise::open(&storage);
    drop(first);
    second.ok().map(|_| "two writers at a time".to_owned())
}

/// The entries of an index without the first one.
fn an_entry_lost(
    graph: &dossier::store::Graph,
    name: &str,
) -> Vec<(dossier::value::Value, dossier::value::Endpoint)> {
    let mut entries = promise::entries(graph, name);
    entries.split_off(entries.len().min(1))
}

#[test]
fn every_planted_bug_is_caught_by_its_lane() {
    let by_storage = |bug| power_cuts(layer(bug), Mistake::None, promise::entries);
    let by_session = |mistake| power_cuts(plain(), mistake, promise::entries);
    let storages = [
        Planted::SyncSkipped,
        Planted::FolderSyncSkipped,
        Planted::RenameOfTheDatabaseAfterThatOfTheLog,
        Planted::RenameThatRemovesFirst,
        Planted::ChecksumsNotCompared,
        Planted::TornTailAccepted,
        Planted::StaleLogReplayed,
        Planted::TailNotCut,
        Planted::HistoryNotSyncedBeforeTheRename,
        Planted::LeafNamesOtherElements,
    ];
    let mistakes = [
        Mistake::TombstoneDropped,
        Mistake::CheckpointOfTheVersionBefore,
        Mistake::AcknowledgedBeforeTheSync,
        Mistake::UndoOfTheVersionBefore,
        Mistake::OldValuesLookedUpTooLate,
        Mistake::DeletedElementsNotKept,
        Mistake::UndoOutOfOrder,
        Mistake::HistoryOfTheLogLeftOut,
        Mistake::OneVersionMoreForgotten,
    ];
    let mut caught: Vec<(String, Option<String>)> = Vec::new();
    caught.extend(storages.map(|bug| (format!("{bug:?}"), by_storage(bug))));
    caught.extend(mistakes.map(|bug| (format!("{bug:?}"), by_session(bug))));
    let lost = power_cuts(plain(), Mistake::None, an_entry_lost);
    caught.push(("IndexEntryLost".to_owned(), lost));
    let ignored = dropped_pages(1..40, false, &plain()).err();
    caught.push(("FailedSyncIgnored".to_owned(), ignored));
    let settled = dropped_pages(1..40, true, &layer(Planted::EndOfTheLogNotWrittenAgain)).err();
    caught.push((format!("{:?}", Planted::EndOfTheLogNotWrittenAgain), settled));
    caught.push(("LockIgnored".to_owned(), two_writers(&layer(Planted::LockIgnored))));
    for (bug, found) in &caught {
        println!("planted {bug}: {}", found.as_deref().unwrap_or("NOT CAUGHT"));
    }
    let missed: Vec<_> = caught.iter().filter(|(_, found)| found.is_none()).collect();
    assert!(missed.is_empty(), "{missed:?}");
    // The same lanes find nothing where nothing is planted.
    assert_eq!(power_cuts(plain(), Mistake::None, promise::entries), None);
    assert_eq!(two_writers(&plain()), None);
    println!("planted bugs: {} of {} caught", caught.len() - missed.len(), caught.len());
}
