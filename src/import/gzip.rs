//! What is packed with gzip, as it is unpacked: a buffer at a time, member after member.
//!
//! ```text
//! bytes of a file ─ Packed ─► BufReader ─► a member ─► text
//!                                          a member ─►
//!                                          padding
//! ```
//!
//! A file may have several members: `cat` makes such files of others, and so do programs that pack
//! its parts side by side. Nothing is passed over in silence: a file that ends within a member, or
//! goes on with something else than gzip, is told to be damaged.

use super::signature;
use crate::value::{ErrorClass, ErrorCode, EvaluationError};
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Chain, Cursor, ErrorKind, Read};

/// What a member begins with.
pub(super) const SIGN: &[u8] = b"\x1f\x8b";

/// Bytes that are read at once. They may become a thousand times as many, and who waits is asked
/// whether to go on when more are read.
const BUFFER: usize = 1 << 14;

/// The bytes of a file, packed or not.
pub(super) enum Input {
    Plain(Box<dyn Read + Send>),
    Gzip(Box<Unpacked>),
}

impl Input {
    /// Reads the first bytes into the buffer, unpacked where they tell that the file is packed: so
    /// many that they tell what the text is. Gives how many there are, and whether that is all.
    ///
    /// # Errors
    /// The bytes cannot be read.
    pub(super) fn begin(
        &mut self,
        buffer: &mut [u8],
        name: &str,
    ) -> Result<(usize, bool), EvaluationError> {
        let (filled, ended) = self.read_beginning(buffer, name)?;
        if !buffer[..filled].starts_with(SIGN) {
            return Ok((filled, ended));
        }
        self.unpack(buffer[..filled].to_vec());
        self.read_beginning(buffer, name)
    }

    fn read_beginning(
        &mut self,
        buffer: &mut [u8],
        name: &str,
    ) -> Result<(usize, bool), EvaluationError> {
        let mut filled = 0;
        while filled < signature::ENOUGH {
            match read_some(self, &mut buffer[filled..], name)? {
                0 => return Ok((filled, true)),
                read => filled += read,
            }
        }
        Ok((filled, false))
    }

    /// From now on unpacks what it reads, of which `head` was read.
    fn unpack(&mut self, head: Vec<u8>) {
        if let Input::Plain(rest) = self {
            let rest = std::mem::replace(rest, Box::new(io::empty()));
            *self = Input::Gzip(Box::new(Unpacked::new(head, rest)));
        }
    }

    /// How many bytes of the file were unpacked, if they are.
    pub(super) fn unpacked(&self) -> Option<u64> {
        match self {
            Input::Plain(_) => None,
            Input::Gzip(input) => Some(input.consumed()),
        }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::Plain(input) => input.read(buffer),
            Input::Gzip(input) => input.read(buffer),
        }
    }
}

/// Reads what is packed.
pub(super) struct Unpacked {
    /// The member that is being read; none behind the last.
    member: Option<GzDecoder<BufReader<Packed>>>,
    /// Bytes of the file up to where reading has ended.
    end: u64,
    /// Why nothing more is read.
    failure: Option<String>,
}

impl Unpacked {
    /// A reader of a file that begins with `head`, behind which `rest` is to be read.
    fn new(head: Vec<u8>, rest: Box<dyn Read + Send>) -> Self {
        let from = Cursor::new(head).chain(rest);
        let packed = Packed { from, read: 0, failed: false };
        let member = GzDecoder::new(BufReader::with_capacity(BUFFER, packed));
        Unpacked { member: Some(member), end: 0, failure: None }
    }

    /// Bytes of the file that were unpacked.
    fn consumed(&self) -> u64 {
        self.member.as_ref().map_or(self.end, |member| position(member.get_ref()))
    }

    /// Goes on behind a member that has ended.
    fn next_member(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut packed = member.into_inner();
        let mut padded = false;
        loop {
            let bytes = packed.fill_buf()?;
            let Some(&first) = bytes.first() else {
                self.end = position(&packed);
                return Ok(());
            };
            // Tapes and block devices fill up what they hold with zeros.
            let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
            if zeros > 0 {
                packed.consume(zeros);
                padded = true;
            } else if first == SIGN[0] && !padded {
                self.member = Some(GzDecoder::new(packed));
                return Ok(());
            } else {
                self.end = position(&packed);
                return Err(self.refusal("behind its gzip data stands something else"));
            }
        }
    }

    /// The failure with what is wrong, told again whenever more is asked for: nobody shall take
    /// what comes behind it for the end of the file.
    fn refusal(&mut self, what: &str) -> io::Error {
        let failure = format!("{what}, at byte {}", self.consumed());
        io::Error::other(self.failure.insert(failure).clone())
    }

    /// The failure that a member has ended with.
    fn failed(&mut self, error: io::Error) -> io::Error {
        match (&self.member, error.kind()) {
            (Some(member), _) if member.get_ref().get_ref().failed => error,
            (_, ErrorKind::UnexpectedEof) => {
                self.refusal("its gzip data are cut off: the file ends too early")
            }
            _ => self.refusal("its gzip data are damaged"),
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(io::Error::other(failure.clone()));
        }
        while let Some(member) = self.member.as_mut().filter(|_| !buffer.is_empty()) {
            match member.read(buffer) {
                Ok(0) => self.next_member()?,
                Ok(read) => return Ok(read),
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(0)
    }
}

fn position(packed: &BufReader<Packed>) -> u64 {
    packed.get_ref().read - packed.buffer().len() as u64
}

/// The bytes of the file.
struct Packed {
    from: Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>,
    read: u64,
    /// They could not be read, which is not the fault of what they hold.
    failed: bool,
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.from.read(buffer) {
                Ok(read) => {
                    self.read += read as u64;
                    return Ok(read);
                }
                // A member that begins while a signal comes in is not damaged.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            }
        }
    }
}

/// Reads what is there, at least a byte of it; none at the end.
///
/// # Errors
/// The bytes cannot be read.
pub(super) fn read_some(
    input: &mut dyn Read,
    buffer: &mut [u8],
    name: &str,
) -> Result<usize, EvaluationError> {
    loop {
        match input.read(buffer) {
            Ok(read) => return Ok(read),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(EvaluationError::new(
                    ErrorClass::ExternalResourceError,
                    ErrorCode::FileNotReadable,
                    format!("`{name}` cannot be read: {error}"),
                ));
            }
        }
    }
}
