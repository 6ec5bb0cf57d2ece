//! Finds an operation by its id, when the program is compiled.

use cashlink_api::{Operation, operations};

/// The operation called `id`; that there is none is an error of the compiler, as this is called in constants.
#[expect(clippy::panic, reason = "in a constant this is an error of the compiler")]
pub(crate) const fn operation(id: &str) -> &'static Operation {
    let mut index = 0;
    while index < operations::ALL.len() {
        if is_same(operations::ALL[index].id, id) {
            return operations::ALL[index];
        }
        index += 1;
    }
    panic!("the API has no such operation")
}

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_id_and_by_nothing_else() {
        for expected in operations::ALL {
            assert_eq!(operation(expected.id).id, expected.id);
        }
        assert!(!is_same("v2_investors_list", "v2_investors"));
        assert!(!is_same("v2_investors", "v2_investors_list"));
        assert!(!is_same("v2_investors_list", "v2_investors_lisp"));
    }
}
