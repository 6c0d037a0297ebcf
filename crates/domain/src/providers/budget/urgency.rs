//! Who goes first.

/// Who waits for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A person waits: may use the whole limit, goes before all else.
    Interactive,
    /// A person looks at an empty screen: may use the background's share in one go.
    Screenful,
    /// Nobody waits yet, and somebody soon would: new mail. Like the background, with a share of the day kept for it.
    News,
    /// Nobody waits: the background's share, spread evenly.
    Background,
}

impl Urgency {
    /// Whether it comes evenly, behind everybody who waits.
    pub(crate) fn is_patient(self) -> bool {
        matches!(self, Self::News | Self::Background)
    }
}
