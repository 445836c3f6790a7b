//! Large pages of memory, where they pay.
//!
//! What a query touches here and there in a large graph lies in pages of its own, and finding a
//! page can take as long as reading from it. With pages of 2 MB instead of 4 KB there are few
//! enough to find at once: queries take a tenth less then, and the process a seventh more memory.
//! A small graph has few pages anyway, and a load, whose memory comes and goes, only takes more
//! of it; so nobody gets them but who opens a large file.
//!
//! The allocator asks for such pages always (`mimalloc` does, but for a feature of it); the
//! process says here whether Linux may give them. Elsewhere nothing is said.

/// Bytes of a file from which on its graph is large: some times what the second level of a
/// processor's table of pages covers.
const LARGE: u64 = 64 << 20;

/// Has memory that is touched from now on lie in pages that suit a database of so many bytes.
pub(crate) fn suit(bytes: u64) {
    #[cfg(target_os = "linux")]
    {
        // A system that has no large pages says so; queries are as they were.
        let _ = rustix::thread::disable_transparent_huge_pages(bytes < LARGE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (bytes, LARGE);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_large_files_get_large_pages() {
        let disabled = || rustix::thread::transparent_huge_pages_are_disabled();
        for (bytes, expected) in [(LARGE, false), (LARGE - 1, true), (u64::MAX, false), (0, true)] {
            suit(bytes);
            // A kernel without them has no answer.
            assert_eq!(disabled().unwrap_or(expected), expected, "{bytes} bytes");
        }
    }
}
