//! Rows of one noun in the order they were created, each seen only by the client that owns it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The client that owns a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Owner(pub(crate) u32);

pub(super) struct Store<T> {
    rows: Vec<Row<T>>,
    by_id: HashMap<Uuid, usize>,
    by_owner: HashMap<Owner, Vec<usize>>,
}

struct Row<T> {
    owner: Owner,
    value: T,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new(), by_owner: HashMap::new() }
    }
}

impl<T> Store<T> {
    pub(super) fn insert(&mut self, owner: Owner, id: Uuid, value: T) {
        let position = self.rows.len();
        self.rows.push(Row { owner, value });
        self.by_id.insert(id, position);
        self.by_owner.entry(owner).or_default().push(position);
    }

    pub(super) fn get(&self, owner: Owner, id: Uuid) -> Option<&T> {
        let row = self.rows.get(*self.by_id.get(&id)?)?;
        (row.owner == owner).then_some(&row.value)
    }

    pub(super) fn get_mut(&mut self, owner: Owner, id: Uuid) -> Option<&mut T> {
        let row = self.rows.get_mut(*self.by_id.get(&id)?)?;
        (row.owner == owner).then_some(&mut row.value)
    }

    /// The rows of `owner`, oldest first.
    pub(super) fn list(&self, owner: Owner) -> impl ExactSizeIterator<Item = &T> {
        let positions = self.by_owner.get(&owner).map_or(&[][..], Vec::as_slice);
        positions.iter().map(|position| &self.rows[*position].value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_seen_by_its_owner_only_and_in_order() {
        let mut store = Store::default();
        let (mine, other) = (Owner(1), Owner(2));
        store.insert(mine, Uuid::from_u128(1), "a");
        store.insert(other, Uuid::from_u128(2), "b");
        store.insert(mine, Uuid::from_u128(3), "c");

        assert_eq!(store.get(mine, Uuid::from_u128(1)), Some(&"a"));
        assert_eq!(store.get(mine, Uuid::from_u128(2)), None);
        assert_eq!(store.list(mine).collect::<Vec<_>>(), [&"a", &"c"]);
    }
}
