//! Recipients as they are typed.

/// A correspondent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// Name; may be empty.
    pub name: String,
    /// Address, as written.
    pub address: String,
}
