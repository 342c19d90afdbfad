//! What an author reads when something is wrong. Each file under `errors/` does not compile,
//! and the `.stderr` beside it is what the compiler says.
//!
//! After a deliberate change, run with `TRYBUILD=overwrite` and read the difference as an
//! author would.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/errors/*.rs");
}
