//! Which items of a list stay when it changes.

use std::ops::Range;

use serde_json::Value;

/// More pairs of items than are compared.
const MOST: usize = 1 << 20;

/// Items of two lists that stand between those that both have: indexes in the old one and in the new one.
pub(super) type Gap = (Range<usize>, Range<usize>);

/// The gaps between the items that stay, of which there are as many as can be.
pub(super) fn gaps(old: &[Value], new: &[Value]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let (mut from, mut to) = (0, 0);
    for (index, other) in staying(old, new).into_iter().chain([(old.len(), new.len())]) {
        if (from, to) != (index, other) {
            gaps.push((from..index, to..other));
        }
        (from, to) = (index + 1, other + 1);
    }
    gaps
}

/// Pairs of indexes of equal items, both rising.
fn staying(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - before;
    let behind = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    let (inner_old, inner_new) = (&old[before..old.len() - behind], &new[before..new.len() - behind]);
    let mut pairs: Vec<_> = (0..before).map(|index| (index, index)).collect();
    pairs.extend(longest(inner_old, inner_new).into_iter().map(|(index, other)| (before + index, before + other)));
    pairs.extend((0..behind).rev().map(|back| (old.len() - 1 - back, new.len() - 1 - back)));
    pairs
}

/// The longest common subsequence.
fn longest(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > MOST {
        return Vec::new();
    }
    let width = new.len() + 1;
    // How many pairs there are from two indexes on.
    let mut counts = vec![0_usize; (old.len() + 1) * width];
    for (index, item) in old.iter().enumerate().rev() {
        for (other, value) in new.iter().enumerate().rev() {
            let skipped = counts[(index + 1) * width + other].max(counts[index * width + other + 1]);
            let taken = if item == value { counts[(index + 1) * width + other + 1] + 1 } else { 0 };
            counts[index * width + other] = skipped.max(taken);
        }
    }
    let (mut index, mut other, mut pairs) = (0, 0, Vec::new());
    while index < old.len() && other < new.len() {
        if old[index] == new[other] {
            pairs.push((index, other));
            (index, other) = (index + 1, other + 1);
        } else if counts[(index + 1) * width + other] >= counts[index * width + other + 1] {
            index += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_that_both_lists_have_stay() {
        check("abc", "abc", &[]);
        check("abc", "axbyc", &[(1..1, 1..2), (2..2, 3..4)]);
        check("abcd", "ad", &[(1..3, 1..1)]);
        check("abc", "xbz", &[(0..1, 0..1), (2..3, 2..3)]);
        check("", "ab", &[(0..0, 0..2)]);
        check("xy", "yx", &[(0..1, 0..0), (2..2, 1..2)]);

        #[track_caller]
        fn check(old: &str, new: &str, expected: &[Gap]) {
            let list = |text: &str| text.chars().map(|letter| json!(letter.to_string())).collect::<Vec<_>>();
            assert_eq!(gaps(&list(old), &list(new)), expected);
        }
    }
}
