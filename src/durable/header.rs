//! The 64 bytes that both files start with.
//!
//! ```text
//!  0  magic            16 bytes, one for the database, one for the log
//! 16  format version   u32
//! 20  salt             u32, random: two logs of one generation differ by it
//! 24  uuid             16 bytes, the database's
//! 40  generation       u64, counts checkpoints from 1
//! 48  base sequence    u64, the last commit that the checkpoint holds
//! 56  follows          u32, in a log the salt of the checkpoint that it belongs
//!                      to, so that two copies of one database that went their
//!                      own ways never replay each other's log; else zero
//! 60  checksum         u32, CRC-32C of the 60 bytes before
//! ```
//!
//! All numbers of the formats are little endian.

use super::error::DurableError;
use super::storage::StorageFile;
use std::path::Path;
use uuid::Uuid;

/// The format version that this build writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 6;

/// Bytes in a header.
pub(crate) const HEADER_LENGTH: u64 = 64;

const DATABASE_MAGIC: &[u8; 16] = b"Dossier file\r\n\x1a\n";
const LOG_MAGIC: &[u8; 16] = b"Dossier log \r\n\x1a\n";

/// Which of the two files a header starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Database,
    Log,
}

impl FileKind {
    fn magic(self) -> &'static [u8; 16] {
        match self {
            FileKind::Database => DATABASE_MAGIC,
            FileKind::Log => LOG_MAGIC,
        }
    }
}

/// A decoded header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: FileKind,
    /// The format version that the file was written in.
    pub(crate) version: u32,
    pub(crate) salt: u32,
    pub(crate) uuid: Uuid,
    pub(crate) generation: u64,
    pub(crate) base_sequence: u64,
    pub(crate) follows: u32,
}

impl Header {
    /// The header of a checkpoint, with a fresh salt.
    pub(crate) fn database(uuid: Uuid, generation: u64, base_sequence: u64) -> Self {
        let kind = FileKind::Database;
        let (version, salt) = (FORMAT_VERSION, fresh_salt());
        Header { kind, version, salt, uuid, generation, base_sequence, follows: 0 }
    }

    /// The header of the log that follows this checkpoint.
    pub(crate) fn log_after(&self) -> Self {
        let (version, salt) = (FORMAT_VERSION, fresh_salt());
        Header { kind: FileKind::Log, version, salt, follows: self.salt, ..*self }
    }

    /// The 64 bytes and the checksum in them.
    pub(crate) fn encode(&self) -> (Vec<u8>, u32) {
        let mut bytes = Vec::with_capacity(HEADER_LENGTH as usize);
        bytes.extend_from_slice(self.kind.magic());
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.salt.to_le_bytes());
        bytes.extend_from_slice(self.uuid.as_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(&self.base_sequence.to_le_bytes());
        bytes.extend_from_slice(&self.follows.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        (bytes, checksum)
    }

    /// The checksum that `encode` writes.
    pub(crate) fn checksum(&self) -> u32 {
        self.encode().1
    }

    /// Reads and verifies the header of an open file.
    pub(crate) fn read(
        file: &dyn StorageFile,
        path: &Path,
        kind: FileKind,
    ) -> Result<Self, DurableError> {
        let length = file.len().map_err(|e| DurableError::io("read the length of", path, e))?;
        if length == 0 {
            return Err(DurableError::Empty { file: path.to_path_buf() });
        }
        let mut bytes = vec![0; length.min(HEADER_LENGTH) as usize];
        file.read_at(&mut bytes, 0).map_err(|e| DurableError::io("read", path, e))?;
        Self::recognise(&bytes, path, kind)?;
        if bytes.len() < HEADER_LENGTH as usize {
            let what =
                format!("the header needs {HEADER_LENGTH} bytes, the file ends after {length}");
            return Err(DurableError::damaged(path, length, what));
        }
        Self::decode(&bytes, kind)
            .ok_or_else(|| DurableError::damaged(path, 0, "the header does not match its checksum"))
    }

    /// Refuses what is another file or of a newer format. The checksum is where it is in
    /// every version, so that neither is said of a file with a damaged header.
    fn recognise(bytes: &[u8], path: &Path, kind: FileKind) -> Result<(), DurableError> {
        let magic = kind.magic();
        let known = bytes.len().min(magic.len());
        if bytes[..known] != magic[..known] {
            let mut mended = bytes.to_vec();
            mended[..known].copy_from_slice(&magic[..known]);
            return Err(match Self::decode(&mended, kind) {
                Some(_) => DurableError::damaged(path, 0, "the magic of the header is not whole"),
                None => DurableError::Foreign { file: path.to_path_buf() },
            });
        }
        let found = u32_at(bytes, 16);
        let sum = bytes.get(..60).map(crc32c::crc32c);
        if found > FORMAT_VERSION && sum == Some(u32_at(bytes, 60)) {
            let file = path.to_path_buf();
            return Err(DurableError::NewerFormat { file, found, supported: FORMAT_VERSION });
        }
        Ok(())
    }

    fn decode(bytes: &[u8], kind: FileKind) -> Option<Self> {
        let uuid = Uuid::from_slice(bytes.get(24..40)?).ok()?;
        let header = Header {
            kind,
            version: u32_at(bytes, 16),
            salt: u32_at(bytes, 20),
            uuid,
            generation: u64_at(bytes, 40),
            base_sequence: u64_at(bytes, 48),
            follows: u32_at(bytes, 56),
        };
        // Encoding again compares every byte: magic, version and checksum.
        (header.encode().0 == bytes).then_some(header)
    }
}

fn fresh_salt() -> u32 {
    u32_at(Uuid::new_v4().as_bytes(), 0)
}

/// The u32 at a place, zero where the bytes end before.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// The u64 at a place, zero where the bytes end before.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}
