//! Opens the provider's consent window and learns its outcome.
