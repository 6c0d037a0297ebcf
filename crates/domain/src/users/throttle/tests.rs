//! The arithmetic of waiting, and who waits for whom, with the cache of one process.

use super::*;
use crate::clock::FixedClock;

#[test]
fn the_wait_doubles_after_the_free_tries_and_has_an_end() {
    let waits: Vec<Option<u64>> =
        [4, 5, 6, 8, 20, 200].map(|tries| wait_after(tries, 5).map(|wait| wait.as_secs())).into();
    assert_eq!(waits, [None, Some(1), Some(2), Some(8), Some(900), Some(900)]);
}

#[test]
fn neighbours_in_one_ipv6_network_count_together() {
    assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
    assert_eq!(network("2001:db8::1"), network("2001:db8:0:0:1::"));
    assert_ne!(network("2001:db8:1::1"), network("2001:db8:1:1::1"));
    assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(network("192.0.2.7"), "192.0.2.7");
}

#[tokio::test]
async fn an_office_that_knows_its_passwords_is_not_slowed() {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let throttle = Throttle::new(Cache::in_process(Arc::new(clock.clone())), Arc::new(clock));
    let office = Visitor { address: "192.0.2.1".into(), ..Visitor::default() };
    for person in 0..10 * FREE_BY_ADDRESS {
        let email = EmailAddress::parse(&format!("person{person}@example.com")).unwrap();
        let Ok(counted) = throttle.allow_sign_in(&email, &office, false).await else { panic!("nobody failed") };
        throttle.forget(counted).await;
    }
}

fn standing() -> (FixedClock, Throttle) {
    let clock = FixedClock::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let throttle = Throttle::new(Cache::in_process(Arc::new(clock.clone())), Arc::new(clock.clone()));
    (clock, throttle)
}

fn ana() -> EmailAddress {
    EmailAddress::parse("ana@example.com").unwrap()
}

fn from(n: u64) -> Visitor {
    Visitor { address: format!("192.0.2.{n}"), ..Visitor::default() }
}

#[tokio::test]
async fn a_network_waits_for_the_account_it_tried_at_and_recovers() {
    let (clock, throttle) = standing();
    for _ in 0..FREE_BY_ACCOUNT {
        assert!(throttle.allow_sign_in(&ana(), &from(9), false).await.is_ok());
    }
    let refused = throttle.allow_sign_in(&ana(), &from(9), false).await;
    assert!(matches!(refused, Err(SignInError::SlowDown { seconds: 1..=2 })));
    assert!(throttle.allow_sign_in(&ana(), &from(9), true).await.is_err(), "known or not");
    assert!(throttle.allow_sign_in(&ana(), &from(8), false).await.is_ok(), "another network");
    let other = EmailAddress::parse("leo@example.com").unwrap();
    assert!(throttle.allow_sign_in(&other, &from(9), false).await.is_ok(), "another account");
    clock.advance(Duration::from_secs(2));
    let counted = throttle.allow_sign_in(&ana(), &from(9), false).await.ok().unwrap();
    throttle.forget(counted).await;
    assert!(throttle.allow_sign_in(&ana(), &from(9), false).await.is_ok());
}

#[tokio::test]
async fn many_networks_wait_together_and_the_owners_own_does_not() {
    let (clock, throttle) = standing();
    for n in 0..FREE_EVERYWHERE {
        assert!(throttle.allow_sign_in(&ana(), &from(n), false).await.is_ok(), "{n}");
    }
    assert!(throttle.allow_sign_in(&ana(), &from(200), false).await.is_err());
    let owner = throttle.allow_sign_in(&ana(), &from(201), true).await.ok().unwrap();
    throttle.forget(owner).await;
    assert!(
        throttle.allow_sign_in(&ana(), &from(202), false).await.is_err(),
        "the owner's success gives no new guesses"
    );
    let mut heard = 0;
    for minute in 0..24 * 60 {
        clock.advance(Duration::from_mins(1));
        // A try every minute, each from a network that was never seen.
        let stranger = Visitor { address: format!("2001:db8:{minute:x}::1"), ..Visitor::default() };
        heard += u64::from(throttle.allow_sign_in(&ana(), &stranger, false).await.is_ok());
    }
    assert!((90..=110).contains(&heard), "{heard} guesses in a day: one in a quarter of an hour");
    clock.advance(EVERYWHERE_FORGOTTEN_AFTER);
    for n in 0..FREE_EVERYWHERE {
        assert!(throttle.allow_sign_in(&ana(), &from(n), false).await.is_ok(), "a day without a try is enough: {n}");
    }
}
