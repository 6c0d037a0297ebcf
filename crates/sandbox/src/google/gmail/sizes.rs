//! What all mails together look like: sizes, formats, files. Only tests.

use std::collections::{HashMap, HashSet};

use chrono::DateTime;
use serde_json::Value;

use super::payload::{Format, message};
use crate::config::{Folders, Threads};
use crate::world::Mailbox;
use crate::world::compose::plain_text;
use crate::world::mime::encode::from_base64_any;
use crate::world::mime::parse::Part;
use crate::world::people::Person;
use crate::world::phrase::normal;
use crate::world::plan::{Kind, Plan};

const TOTAL: u32 = 2_000;

fn mailbox(seed: u64, person: usize) -> Mailbox {
    let now = DateTime::from_timestamp(1_795_219_200, 0).unwrap();
    let plan = Plan {
        seed,
        person: person as u64,
        total: TOTAL,
        base_s: 1_795_219_200,
        threads: Threads::Talk,
        folders: Folders::Marked,
    };
    Mailbox::build(Person::invent(seed, person), plan, now)
}

fn full(mailbox: &Mailbox, sequence: u32) -> Value {
    message(mailbox, sequence, Format::Full, &[]).unwrap()
}

#[test]
fn json_sizes_have_the_median_and_mean_of_life_and_no_two_mails_are_equal() {
    let mailbox = mailbox(1, 0);
    let mut distinct = HashSet::new();
    let mut by_kind: HashMap<String, Vec<usize>> = HashMap::new();
    let mut sizes: Vec<usize> = (0..TOTAL)
        .map(|sequence| {
            let json = full(&mailbox, sequence);
            assert!(distinct.insert(json["payload"].to_string()), "mail {sequence} has a twin");
            let size = json.to_string().len();
            by_kind.entry(format!("{:?}", mailbox.sheet(sequence).unwrap().slot.kind)).or_default().push(size);
            size
        })
        .collect();
    sizes.sort_unstable();
    let (median, mean) = (sizes[sizes.len() / 2], sizes.iter().sum::<usize>() / sizes.len());
    for (kind, sizes) in &mut by_kind {
        sizes.sort_unstable();
        println!(
            "{kind}: {} mails, median {}, mean {}",
            sizes.len(),
            sizes[sizes.len() / 2],
            sizes.iter().sum::<usize>() / sizes.len()
        );
    }
    println!("all: median {median}, mean {mean}, largest {}", sizes[sizes.len() - 1]);
    assert!((5_000..=7_000).contains(&median), "median {median}");
    assert!((12_000..=18_000).contains(&mean), "mean {mean}");
}

#[test]
fn the_same_seed_writes_the_same_mails_and_another_seed_others() {
    let (one, same, other) = (mailbox(7, 1), mailbox(7, 1), mailbox(8, 1));
    for sequence in 0..120 {
        assert_eq!(one.raw(sequence), same.raw(sequence));
        assert_ne!(one.raw(sequence), other.raw(sequence));
    }
}

#[test]
fn full_and_raw_tell_of_the_same_parts() {
    let mailbox = mailbox(1, 2);
    for sequence in 0..300 {
        let raw = message(&mailbox, sequence, Format::Raw, &[]).unwrap();
        let part = Part::read(&from_base64_any(raw["raw"].as_str().unwrap()).unwrap());
        let json = full(&mailbox, sequence);
        compare(&json["payload"], &part);
    }
}

fn compare(json: &Value, part: &Part) {
    assert_eq!(json["mimeType"], part.media_type);
    assert_eq!(json["filename"], part.file_name);
    assert_eq!(json["headers"].as_array().unwrap().len(), part.headers.len());
    if let Some(data) = json["body"]["data"].as_str() {
        assert_eq!(from_base64_any(data).unwrap(), part.body);
    }
    let parts = json["parts"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(parts.len(), part.parts.len());
    parts.iter().zip(&part.parts).for_each(|(json, part)| compare(json, part));
}

#[test]
fn a_letterhead_tells_what_the_mail_will_carry() {
    let mailbox = mailbox(1, 1);
    let (mut told_bytes, mut real_bytes) = (0, 0);
    for sequence in 0..800 {
        let sheet = mailbox.sheet(sequence).unwrap();
        let (letter, part) = (sheet.open(), mailbox.part(sequence).unwrap());
        let mut written: Vec<String> = part.walk().iter().map(|part| part.file_name.clone()).collect();
        written.retain(|name| !name.is_empty());
        written.sort();
        let mut told: Vec<String> = letter.files.iter().map(|file| file.name.clone()).collect();
        told.sort();
        if !(sheet.slot.kind == Kind::Odd && written == ["dot.png"]) {
            assert_eq!(written, told, "mail {sequence}, {:?}", sheet.slot.kind);
        }
        assert_eq!(part.header("List-Id"), letter.list.as_deref());
        let collapse = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(part.header("Subject").map(collapse), letter.subject.as_deref().map(collapse), "mail {sequence}");
        told_bytes += usize::try_from(mailbox.entry(sequence).unwrap().size).unwrap();
        real_bytes += mailbox.raw(sequence).unwrap().len();
        let from = part.header("From").unwrap_or_default();
        assert!(from.contains(&letter.from.address), "mail {sequence}: {from}");
    }
    let percent = told_bytes * 100 / real_bytes;
    assert!((80..=120).contains(&percent), "the sizes told are {percent} % of the real ones");
}

#[test]
fn the_newest_mails_make_a_varied_inbox() {
    let mailbox = mailbox(1, 0);
    let mut senders = HashSet::new();
    for sequence in 0..50 {
        let letter = mailbox.sheet(sequence).unwrap().open();
        let part = mailbox.part(sequence).unwrap();
        let text: String = plain_text(&part, 600).split_whitespace().take(9).collect::<Vec<_>>().join(" ");
        println!("{:28} {:50} {text}", letter.from.display, letter.subject.as_deref().unwrap_or("-"));
        senders.insert(letter.from.address);
    }
    assert!(senders.len() >= 30, "{}", senders.len());
}

#[test]
fn every_bank_writes_and_every_notice_is_vouched_for() {
    let mailbox = mailbox(1, 0);
    let mut domains = HashSet::new();
    for sequence in 0..TOTAL {
        let sheet = mailbox.sheet(sequence).unwrap();
        if sheet.slot.kind != Kind::Bank {
            continue;
        }
        let part = mailbox.part(sequence).unwrap();
        let verdict = part.header("Authentication-Results").unwrap();
        assert!(verdict.starts_with("mx.google.com;") && verdict.contains("dmarc=pass"), "{verdict}");
        domains.insert(sheet.open().domain().to_owned());
    }
    let banks = [
        "bancobcr.com",
        "baccredomatic",
        "scotiabank",
        "chase.com",
        "bankofamerica.com",
        "hdfcbank",
        "dbs.com",
        "notificacionesbancolombia.com",
        "nubank.com.br",
        "sparkasse-rhein-maas.de",
    ];
    for bank in banks {
        assert!(domains.iter().any(|domain| domain.contains(bank)), "no notice of {bank}");
    }
}

#[test]
fn the_text_a_search_looks_at_is_the_text_of_the_mail() {
    let mailbox = mailbox(1, 0);
    for sequence in 0..TOTAL {
        let sheet = mailbox.sheet(sequence).unwrap();
        let (told, real) = (sheet.text(), plain_text(&mailbox.part(sequence).unwrap(), usize::MAX));
        assert_eq!(normal(&told), normal(&real), "mail {sequence}, {:?}", sheet.slot.kind);
    }
}
