//! What the servers on the way write into a mail, the last one first; the last one is Google's.

use chrono::{DateTime, Utc};

use super::Sheet;
use super::letter::{Letter, push};
use crate::dice::Dice;

/// A mail on its way in.
struct Way<'a> {
    letter: &'a Letter,
    domain: &'a str,
    /// Whose mailbox it reaches.
    address: &'a str,
    /// When, as servers write it.
    date: String,
    seconds: u32,
}

/// Writes all lines of a received mail.
pub fn push_all(head: &mut String, letter: &Letter, sheet: &Sheet<'_>) {
    let mut dice = sheet.dice(8);
    let seconds = sheet.seconds();
    let arrived: DateTime<Utc> = DateTime::from_timestamp(i64::from(seconds), 0).unwrap_or_default();
    let date = arrived.format("%a, %d %b %Y %H:%M:%S +0000 (UTC)").to_string();
    let way = Way { letter, domain: letter.domain(), address: &sheet.person.address, date, seconds };
    push(head, "Delivered-To", way.address);
    way.push_google(head, &mut dice);
    let server = way.push_arrival(head, &mut dice);
    way.push_hops(head, &server, &mut dice);
}

impl Way<'_> {
    /// Inside Google.
    fn push_google(&self, head: &mut String, dice: &mut Dice) {
        let date = &self.date;
        let inner =
            format!("by 2002:a05:{}:{}:b0 with SMTP id {};\r\n        {date}", dice.hex(4), dice.hex(3), dice.hex(14));
        push(head, "Received", &inner);
        let outer = format!("by 2002:a17:{} with SMTP id {};\r\n        {date}", dice.hex(4), dice.hex(18));
        push(head, "X-Received", &outer);
        let seal = format!(
            "i=1; a=rsa-sha256; t={}; cv=none;\r\n        d=google.com; s=arc-20240605;\r\n        b={}",
            self.seconds,
            fold_every(&dice.base64(344))
        );
        push(head, "ARC-Seal", &seal);
        let signed = format!(
            "i=1; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605;\r\n        \
             h=to:subject:message-id:date:from:mime-version:dkim-signature;\r\n        bh={}=;\r\n        b={}",
            dice.base64(43),
            fold_every(&dice.base64(172))
        );
        push(head, "ARC-Message-Signature", &signed);
    }

    /// At Google's door, with the verdict on who it is from; returns the server it came from.
    fn push_arrival(&self, head: &mut String, dice: &mut Dice) -> String {
        let (domain, address, date) = (self.domain, self.address, &self.date);
        push(head, "Return-Path", &format!("<bounce+{}@{domain}>", dice.hex(10)));
        let ip = format!("192.0.2.{}", dice.between(1, 254));
        let server = format!("mta{}.{domain}", dice.between(1, 40));
        let received = format!(
            "from {server} ({server}. [{ip}])\r\n        by mx.google.com with ESMTPS id {}\r\n        for <{address}>\r\n        \
             (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n        {date}",
            dice.hex(24)
        );
        push(head, "Received", &received);
        let (verdict, designates) =
            if self.letter.authentic { ("pass", "designates") } else { ("fail", "does not designate") };
        let spf = format!(
            "{verdict} (google.com: domain of bounce@{domain} {designates} {ip} as permitted sender) client-ip={ip};"
        );
        push(head, "Received-SPF", &spf);
        let selector = dice.below(9);
        let results = format!(
            "mx.google.com;\r\n       dkim={verdict} header.i=@{domain} header.s=s{selector} header.b={};\r\n       \
             spf={verdict} smtp.mailfrom=bounce@{domain};\r\n       \
             dmarc={verdict} (p=REJECT sp=REJECT dis=NONE) header.from={domain}",
            dice.base64(8)
        );
        push(head, "Authentication-Results", &results);
        server
    }

    /// Between the sender and Google.
    fn push_hops(&self, head: &mut String, server: &str, dice: &mut Dice) {
        let (domain, address, date) = (self.domain, self.address, &self.date);
        let signature = format!(
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s{};\r\n        \
             h=from:to:subject:date:message-id:mime-version:content-type;\r\n        bh={}=;\r\n        b={}",
            dice.below(9),
            dice.base64(43),
            fold_every(&dice.base64(172))
        );
        push(head, "DKIM-Signature", &signature);
        for hop in 1..self.letter.hops {
            let inner = format!("relay{hop}.{domain}");
            let net = format!("10.{}.{}.{}", dice.below(256), dice.below(256), dice.below(256));
            let received = format!(
                "from {inner} (unknown [{net}])\r\n        by {server} (Postfix) with ESMTP id {}\r\n        for <{address}>; {date}",
                dice.hex(11).to_uppercase()
            );
            push(head, "Received", &received);
        }
    }
}

/// A signature in lines of 64 characters.
fn fold_every(signature: &str) -> String {
    let lines: Vec<&str> =
        (0..signature.len()).step_by(64).map(|at| &signature[at..(at + 64).min(signature.len())]).collect();
    lines.join("\r\n         ")
}
