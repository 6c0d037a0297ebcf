//! Values that move while somebody looks at them: read again when they may have changed, and drawn anew only where they did.

use crate::error::AppError;
use leptos::{prelude::*, task::spawn_local};

/// Runs `again` whenever a reading is another than the last one; not for the first.
pub fn on_change<T: PartialEq + 'static>(reading: impl Fn() -> T + 'static, again: Callback<()>) {
    Effect::new(move |before: Option<T>| {
        let now = reading();
        if before.is_some_and(|before| before != now) {
            again.run(());
        }
        now
    });
}

/// A value that starts as `first` and is `read` again whenever `changes` tells another reading.
///
/// Of two readings on their way the later one counts; one that fails changes nothing.
pub fn kept<T, K, F>(
    first: T,
    changes: impl Fn() -> K + 'static,
    read: impl Fn() -> F + Send + Sync + 'static,
) -> RwSignal<T>
where
    T: Send + Sync + 'static,
    K: PartialEq + 'static,
    F: Future<Output = Result<T, AppError>> + 'static,
{
    let value = RwSignal::new(first);
    let turn = StoredValue::new(0_u32);
    let again = Callback::new(move |()| {
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        let reading = read();
        spawn_local(async move {
            if let Ok(now) = reading.await
                && turn.try_get_value() == Some(mine)
            {
                value.set(now);
            }
        });
    });
    on_change(changes, again);
    value
}

/// One of many as it is now, found by what it `is`. One that is gone keeps its last look for as long as it is still drawn.
pub fn one_of<T>(
    many: impl Fn() -> Vec<T> + Send + Sync + 'static,
    is: impl Fn(&T) -> bool + Send + Sync + 'static,
    first: T,
) -> Memo<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |before: Option<&T>| {
        many().into_iter().find(|one| is(one)).unwrap_or_else(|| before.unwrap_or(&first).clone())
    })
}
