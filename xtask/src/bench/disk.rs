//! On which disk something is written.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The file system that holds `folder` and the device below it, or a word where the system does not say.
pub(super) fn description(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    holder(&mounts, &folder).unwrap_or_else(|| "unknown".to_owned())
}

/// What `mounts`, in the form of `/proc/self/mountinfo`, says of the deepest mount above `folder`; of the last if there
/// are several, as that hides the others.
fn holder(mounts: &str, folder: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (place, system) = line.split_once(" - ")?;
        let point = PathBuf::from(place.split(' ').nth(4)?);
        let mut system = system.split(' ');
        Some((point, format!("{} on {}", system.next()?, system.next()?)))
    };
    let above = mounts.lines().filter_map(mount).filter(|(point, _)| folder.starts_with(point));
    above.max_by_key(|(point, _)| point.components().count()).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_holds_a_folder() {
        let mounts = "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n\
                      30 22 0:26 / /tmp rw - tmpfs tmpfs rw\n\
                      31 22 254:1 / /data rw - ext4 /dev/vdb rw\n\
                      32 22 254:2 / /data rw - xfs /dev/vdc rw\n";
        check(mounts, "/home/somebody", Some("ext4 on /dev/vda"));
        check(mounts, "/tmp/bench", Some("tmpfs on tmpfs"));
        check(mounts, "/tmpfile", Some("ext4 on /dev/vda"));
        check(mounts, "/data/bench", Some("xfs on /dev/vdc"));
        check("", "/data", None);

        #[track_caller]
        fn check(mounts: &str, folder: &str, expected: Option<&str>) {
            assert_eq!(holder(mounts, Path::new(folder)).as_deref(), expected);
        }
    }
}
