//! Rows of one noun in the order they were created, and the shelves on which somebody sees them.

use std::collections::HashMap;
use std::slice;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The client that owns a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Owner(pub(crate) u32);

/// Those who are shown rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Viewer {
    /// A client is shown what it owns.
    Client(Owner),
    /// A client that issues products is shown what became of them, whoever did it.
    Issuer(Owner),
    /// The investors of a platform are shown what is listed there, whoever issued it.
    Platform(Uuid),
}

/// Rows that are listed together: all that somebody is shown, or what of it is about one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shelf {
    viewer: Viewer,
    product: Option<Uuid>,
}

#[derive(Clone)]
pub(super) struct Store<T> {
    rows: Vec<Row<T>>,
    by_id: HashMap<Uuid, usize>,
    /// Positions in ascending order.
    shelves: HashMap<Shelf, Vec<usize>>,
}

#[derive(Clone)]
struct Row<T> {
    id: Uuid,
    owner: Owner,
    value: T,
}

/// The rows of a shelf, oldest first.
pub(super) struct Rows<'a, T> {
    rows: &'a [Row<T>],
    positions: slice::Iter<'a, usize>,
}

impl Shelf {
    pub(super) fn new(viewer: Viewer, product: Option<Uuid>) -> Self {
        Self { viewer, product }
    }
}

impl From<Viewer> for Shelf {
    fn from(viewer: Viewer) -> Self {
        Self::new(viewer, None)
    }
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new(), shelves: HashMap::new() }
    }
}

impl<T> Store<T> {
    /// Adds a row and shows it to its owner.
    pub(super) fn insert(&mut self, owner: Owner, id: Uuid, value: T) {
        self.by_id.insert(id, self.rows.len());
        self.rows.push(Row { id, owner, value });
        self.show(id, Viewer::Client(owner).into());
    }

    /// Puts a row on one more shelf, where it stands by its age; once is enough.
    pub(super) fn show(&mut self, id: Uuid, on: Shelf) {
        let Some(position) = self.by_id.get(&id) else {
            return;
        };
        let positions = self.shelves.entry(on).or_default();
        if let Err(place) = positions.binary_search(position) {
            positions.insert(place, *position);
        }
    }

    pub(super) fn is_shown(&self, id: Uuid, on: Shelf) -> bool {
        let position = self.by_id.get(&id).zip(self.shelves.get(&on));
        position.is_some_and(|(position, positions)| positions.binary_search(position).is_ok())
    }

    /// A row of `owner`.
    pub(super) fn get(&self, owner: Owner, id: Uuid) -> Option<&T> {
        let row = self.rows.get(*self.by_id.get(&id)?)?;
        (row.owner == owner).then_some(&row.value)
    }

    /// Every row with its id and who owns it, newest first.
    pub(super) fn newest(&self) -> impl ExactSizeIterator<Item = (Uuid, Owner, &T)> {
        self.rows.iter().rev().map(|row| (row.id, row.owner, &row.value))
    }

    pub(super) fn get_mut(&mut self, owner: Owner, id: Uuid) -> Option<&mut T> {
        let row = self.rows.get_mut(*self.by_id.get(&id)?)?;
        (row.owner == owner).then_some(&mut row.value)
    }

    /// A row, whoever owns it.
    pub(super) fn find(&self, id: Uuid) -> Option<&T> {
        Some(&self.rows.get(*self.by_id.get(&id)?)?.value)
    }

    pub(super) fn find_mut(&mut self, id: Uuid) -> Option<&mut T> {
        Some(&mut self.rows.get_mut(*self.by_id.get(&id)?)?.value)
    }

    pub(super) fn owner_of(&self, id: Uuid) -> Option<Owner> {
        Some(self.rows.get(*self.by_id.get(&id)?)?.owner)
    }

    /// The rows of `owner`, oldest first.
    pub(super) fn list(&self, owner: Owner) -> Rows<'_, T> {
        self.listed(Viewer::Client(owner).into())
    }

    /// The rows on a shelf, oldest first.
    pub(super) fn listed(&self, on: Shelf) -> Rows<'_, T> {
        let positions = self.shelves.get(&on).map_or(&[][..], Vec::as_slice);
        Rows { rows: &self.rows, positions: positions.iter() }
    }

    /// Every row, oldest first.
    pub(super) fn all(&self) -> impl ExactSizeIterator<Item = &T> {
        self.rows.iter().map(|row| &row.value)
    }
}

impl<'a, T> Iterator for Rows<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<Self::Item> {
        self.nth(0)
    }

    /// Goes straight to a row: a page far behind costs no more than the first.
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        let position = self.positions.nth(n)?;
        self.rows.get(*position).map(|row| &row.value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl<T> ExactSizeIterator for Rows<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: Owner = Owner(1);
    const OTHER: Owner = Owner(2);

    fn store() -> Store<&'static str> {
        let mut store = Store::default();
        store.insert(MINE, Uuid::from_u128(1), "a");
        store.insert(OTHER, Uuid::from_u128(2), "b");
        store.insert(MINE, Uuid::from_u128(3), "c");
        store
    }

    #[test]
    fn a_row_is_seen_by_its_owner_only_and_in_order() {
        let store = store();
        assert_eq!(store.get(MINE, Uuid::from_u128(1)), Some(&"a"));
        assert_eq!(store.get(MINE, Uuid::from_u128(2)), None);
        assert_eq!(store.find(Uuid::from_u128(2)), Some(&"b"));
        assert_eq!(store.owner_of(Uuid::from_u128(2)), Some(OTHER));
        assert_eq!(store.list(MINE).collect::<Vec<_>>(), [&"a", &"c"]);
        assert_eq!(store.all().collect::<Vec<_>>(), [&"a", &"b", &"c"]);
    }

    #[test]
    fn a_row_stands_on_a_shelf_once_and_by_its_age() {
        let mut store = store();
        let shelf = Shelf::from(Viewer::Platform(Uuid::nil()));
        for number in [3, 2, 3, 9] {
            store.show(Uuid::from_u128(number), shelf);
        }
        assert_eq!(store.listed(shelf).collect::<Vec<_>>(), [&"b", &"c"]);
        assert!(store.is_shown(Uuid::from_u128(2), shelf));
        assert!(!store.is_shown(Uuid::from_u128(1), shelf));
        assert!(!store.is_shown(Uuid::from_u128(9), shelf));
        let of_product = Shelf::new(Viewer::Platform(Uuid::nil()), Some(Uuid::nil()));
        assert_eq!(store.listed(of_product).len(), 0);
    }

    #[test]
    fn rows_can_be_skipped_and_are_counted() {
        let store = store();
        let mut rows = store.list(MINE);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.nth(1), Some(&"c"));
        assert_eq!((rows.len(), rows.next()), (0, None));
    }
}
