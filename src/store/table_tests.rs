//! Versions of a table beside each other.

use super::*;

#[test]
fn versions_do_not_see_each_other() {
    let mut table = ChunkTable::default();
    for index in [0, 63, 64, 1000] {
        *table.resident_or_insert_with(index, || 0) = index;
    }
    let before = table.clone();
    *table.resident_mut(64).unwrap() = 7;
    assert!(table.resident_mut(65).is_none() && table.resident(4000).is_none());
    assert_eq!(
        before.residents().map(|(index, &v)| (index, v)).collect::<Vec<_>>(),
        [(0, 0), (63, 63), (64, 64), (1000, 1000)]
    );
    assert_eq!(table.resident(64), Some(&7));
    assert_eq!(table.len(), 1001);
}
