//! One file from mirrors that behave and from mirrors that do not.

use crate::server::{Folder, Manner, Server};
use lesson_lib::data::{Fetched, RemoteFile};
use lesson_lib::{Error, Result};
use std::fs;

/// Bytes that look like nothing in particular.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Downloads `file` into a new folder from servers with these manners.
fn download(
    manners: &[Manner],
    file: &RemoteFile,
    served: &[u8],
) -> (Result<Fetched>, Folder, Vec<Server>) {
    let serve = |&manner| Server::start(manner, &[(file.name.as_str(), served)]);
    let servers: Vec<Server> = manners.iter().map(serve).collect();
    let mirrors: Vec<String> = servers.iter().map(|server| server.url.clone()).collect();
    let folder = Folder::new();
    let fetched = file.download(&mirrors, &folder.0);
    (fetched, folder, servers)
}

#[test]
fn a_good_mirror_gives_the_file_once() -> Result<()> {
    let content = noise(100_000);
    let file = RemoteFile::describe("noise", &content);
    let (fetched, folder, servers) = download(&[Manner::Good], &file, &content);
    let path = folder.0.join("noise");
    assert_eq!(fetched?, Fetched::Here(path.clone()));
    assert_eq!(fs::read(&path).expect("downloaded"), content);
    assert_eq!(file.download(&["http://127.0.0.1:1".into()], &folder.0)?, Fetched::Here(path));
    assert_eq!(servers[0].requests(), ["/mnist/noise from 0"]);
    assert_eq!(folder.names(), ["noise"]);
    Ok(())
}

#[test]
fn a_broken_download_goes_on_where_it_stopped() -> Result<()> {
    let content = noise(100_000);
    let file = RemoteFile::describe("noise", &content);
    let (fetched, folder, servers) = download(&[Manner::BreaksOffOnce], &file, &content);
    assert_eq!(fetched?, Fetched::Here(folder.0.join("noise")));
    assert_eq!(servers[0].requests(), ["/mnist/noise from 0", "/mnist/noise from 50000"]);
    Ok(())
}

#[test]
fn the_next_mirror_goes_on_too() -> Result<()> {
    let content = noise(100_000);
    let file = RemoteFile::describe("noise", &content);
    let folder = Folder::new();
    folder.write("noise.part", &content[..70_000]);
    let absent = Server::start(Manner::NotFound, &[]);
    let good = Server::start(Manner::Good, &[("noise", &content)]);
    let fetched = file.download(&[absent.url, good.url.clone()], &folder.0)?;
    assert_eq!(fetched, Fetched::Here(folder.0.join("noise")));
    assert_eq!(good.requests(), ["/mnist/noise from 70000"]);
    Ok(())
}

#[test]
fn a_mirror_without_ranges_starts_again() -> Result<()> {
    let content = noise(100_000);
    let file = RemoteFile::describe("noise", &content);
    let folder = Folder::new();
    folder.write("noise.part", b"the beginning");
    let server = Server::start(Manner::NoRanges, &[("noise", &content)]);
    let fetched = file.download(&[server.url], &folder.0)?;
    assert_eq!(fetched, Fetched::Here(folder.0.join("noise")));
    assert_eq!(fs::read(folder.0.join("noise")).expect("downloaded"), content);
    Ok(())
}

#[test]
fn mirrors_that_fail_are_named_and_leave_nothing_behind() -> Result<()> {
    let file = RemoteFile::describe("noise", b"content");
    let (fetched, folder, _servers) = download(&[Manner::NotFound], &file, b"");
    let Fetched::Unreachable(why) = fetched? else { panic!("there is no such file") };
    assert!(why.contains("404"), "{why}");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
    let Fetched::Unreachable(why) = file.download(&["http://127.0.0.1:1/".into()], &folder.0)?
    else {
        panic!("nobody listens there")
    };
    assert!(why.contains("127.0.0.1"), "{why}");
    Ok(())
}

#[test]
fn a_mirror_that_never_finishes_is_given_up() -> Result<()> {
    let content = noise(100_000);
    let file = RemoteFile::describe("noise", &content);
    let (fetched, folder, servers) = download(&[Manner::BreaksOffAlways], &file, &content);
    assert!(matches!(fetched?, Fetched::Unreachable(_)));
    assert!(servers[0].requests().len() <= 3);
    assert!(!folder.0.join("noise").exists());
    Ok(())
}

#[test]
fn wrong_content_is_set_aside_and_named() {
    let file = RemoteFile::describe("noise", &noise(1000));
    for served in [&b"<html>Please log in</html>"[..], &[7; 1000]] {
        let (fetched, folder, _servers) = download(&[Manner::Good], &file, served);
        let error = fetched.expect_err("not the file").to_string();
        assert!(error.contains(&file.sha256) && error.contains(".bad"), "{error}");
        assert_eq!(folder.names(), ["noise.part.bad"]);
        assert_eq!(fs::read(folder.0.join("noise.part.bad")).expect("kept"), served);
    }
}

#[test]
fn wrong_content_from_one_mirror_does_not_spoil_another() -> Result<()> {
    let content = noise(1000);
    let file = RemoteFile::describe("noise", &content);
    let wrong = Server::start(Manner::Good, &[("noise", b"something else")]);
    let good = Server::start(Manner::Good, &[("noise", &content)]);
    let folder = Folder::new();
    let fetched = file.download(&[wrong.url, good.url], &folder.0)?;
    assert_eq!(fetched, Fetched::Here(folder.0.join("noise")));
    assert_eq!(folder.names(), ["noise", "noise.part.bad"]);
    Ok(())
}

#[test]
fn a_damaged_file_in_the_cache_is_set_aside_again_and_again() {
    let file = RemoteFile::describe("noise", b"right");
    let folder = Folder::new();
    for expected in [&["noise.bad"][..], &["noise.bad", "noise.bad-2"]] {
        folder.write("noise", b"wrong");
        let error = file.find(&folder.0).expect_err("not the file");
        assert!(matches!(error, Error::Data { .. }), "{error}");
        assert_eq!(folder.names(), expected);
    }
    assert_eq!(file.find(&folder.0).expect("nothing there"), None);
}
