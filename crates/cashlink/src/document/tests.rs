use std::io::Write;

use http_body::Body;
use http_body_util::BodyExt;

use super::*;

async fn collect(source: &DocumentSource) -> (String, Bytes) {
    let body = Multipart::open(source, 1_000_000).await.unwrap();
    let announced = body.size_hint().exact().unwrap();
    let content_type = body.content_type().to_owned();
    let bytes = body.collect().await.unwrap().to_bytes();
    assert_eq!(bytes.len() as u64, announced, "the announced length is the true one");
    (content_type, bytes)
}

#[tokio::test]
async fn a_document_is_one_part_named_file() {
    let source = DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.7".as_slice());
    let (content_type, bytes) = collect(&source).await;
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"protocol.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--{boundary}--\r\n"
    );
    assert_eq!(bytes, expected);
}

#[tokio::test]
async fn a_file_is_read_afresh_for_every_attempt() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..300_000_u32).map(|index| u8::try_from(index % 251).unwrap()).collect();
    file.write_all(&content).unwrap();
    let source = DocumentSource::path(file.path());
    for _ in 0..2 {
        let (_, bytes) = collect(&source).await;
        assert!(bytes.windows(content.len()).any(|window| window == content));
    }
}

#[tokio::test]
async fn a_file_that_grew_over_the_limit_is_not_sent() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"0123456789").unwrap();
    let error = Multipart::open(&DocumentSource::path(file.path()), 9).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
}

#[tokio::test]
async fn a_file_that_became_empty_is_not_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Multipart::open(&DocumentSource::path(file.path()), 9).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}

/// Opening one would wait until somebody writes to it.
#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_not_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.pdf");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let source = DocumentSource::path(&path);
    assert_eq!(source.check(9).unwrap_err(), "cannot be read: invalid input parameter");
    assert_eq!(Multipart::open(&source, 9).await.err().unwrap().kind(), io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_file_name_cannot_break_out_of_its_header() {
    let name = "a\"; name=\"other\"\r\nX-Evil: 1\r\n\r\n.pdf";
    let (_, bytes) = collect(&DocumentSource::bytes(name, "application/pdf", b"x".as_slice())).await;
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains("filename=\"a%22; name=%22other%22%0D%0AX-Evil: 1%0D%0A%0D%0A.pdf\""));
}

#[test]
fn what_cannot_be_sent_is_named_before_sending() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |content: &'static [u8]| DocumentSource::bytes("a.pdf", "application/pdf", content);
    check(&DocumentSource::path(folder.path().join("missing.pdf")), "cannot be read: entity not found");
    check(&DocumentSource::path(folder.path()), "cannot be read: invalid input parameter");
    check(&bytes(b""), "is empty");
    check(&bytes(b"12345"), "has 5 bytes, the limit is 4");
    check(&bytes(b"1").with_file_name(""), "needs a file name without control characters");
    check(&bytes(b"1").with_content_type("pdf"), "needs a content type such as application/pdf");
    check(&bytes(b"1").with_content_type("a/b\r\nX: y"), "needs a content type such as application/pdf");

    #[track_caller]
    fn check(source: &DocumentSource, expected: &str) {
        assert_eq!(source.check(4).unwrap_err(), expected);
    }
}

#[test]
fn an_input_file_writes_a_document_as_path_or_map() {
    let plain: DocumentSource = serde_json::from_str("\"a/b.pdf\"").unwrap();
    assert_eq!(plain, DocumentSource::path("a/b.pdf"));
    let map: DocumentSource = serde_json::from_str(r#"{"path":"a/b.png","content_type":"image/png"}"#).unwrap();
    assert_eq!(map, DocumentSource::path("a/b.png").with_content_type("image/png"));
    assert!(serde_json::from_str::<DocumentSource>(r#"{"path":"a","kind":"b"}"#).is_err());
    assert!(serde_json::from_str::<DocumentSource>("\"\"").is_err());

    for source in [plain, map] {
        let json = serde_json::to_string(&source).unwrap();
        assert_eq!(serde_json::from_str::<DocumentSource>(&json).unwrap(), source);
    }
}

#[test]
fn debug_shows_neither_name_nor_content() {
    let source = DocumentSource::bytes("Mustermann.pdf", "application/pdf", b"secret".as_slice());
    assert!(!format!("{source:?}").contains("Mustermann"));
}

#[test]
fn a_document_in_memory_is_written_so_that_it_can_be_compared_and_not_read_back() {
    let written = |bytes: &'static [u8]| {
        let source = DocumentSource::bytes("a.pdf", "application/pdf", bytes);
        serde_json::to_string(&source).unwrap()
    };
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let expected = format!(r#"{{"file_name":"a.pdf","content_type":"application/pdf","sha256":"{sha256}"}}"#);
    assert_eq!(written(b"abc"), expected);
    assert_ne!(written(b"abd"), expected);
    assert!(serde_json::from_str::<DocumentSource>(&expected).is_err());
}
