//! The document shell, the router and the route table.
