//! What keeps the compiler from taking hours and gigabytes for a small component.
//!
//! Its work on one function grows with the function's variables times its blocks, both of which a
//! component can have by the ten thousand, and nothing can stop it once it has begun. A Python cog
//! has 13,424 functions, the largest of 16,143 blocks, and no product above 160,000.

use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

/// Most functions of a component.
const FUNCTIONS_MAX: u64 = 60_000;
/// Most blocks of one function.
const BLOCKS_MAX: u64 = 50_000;
/// Most variables times blocks of one function.
const PRODUCT_MAX: u64 = 10_000_000;

/// Fails for a component that can't be compiled in reasonable time.
pub fn check(bytes: &[u8]) -> wasmtime::Result<()> {
    let mut functions = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CodeSectionEntry(body) = payload? else {
            continue;
        };
        functions += 1;
        if functions > FUNCTIONS_MAX {
            wasmtime::bail!("it has more than {FUNCTIONS_MAX} functions");
        }
        let (variables, blocks) = measure(&body)?;
        if blocks > BLOCKS_MAX || variables.saturating_mul(blocks) > PRODUCT_MAX {
            wasmtime::bail!(
                "a function of {variables} variables and {blocks} blocks would take too long"
            );
        }
    }
    Ok(())
}

/// Counts a function's variables, and the blocks that its branches part it into.
fn measure(body: &FunctionBody) -> Result<(u64, u64), BinaryReaderError> {
    let (mut variables, mut blocks) = (0, 1);
    for locals in body.get_locals_reader()? {
        variables += u64::from(locals?.0);
    }
    for operator in body.get_operators_reader()? {
        blocks += match operator? {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::BrIf { .. } => 1,
            Operator::BrTable { targets } => u64::from(targets.len()),
            _ => 0,
        };
    }
    Ok((variables, blocks))
}

#[cfg(test)]
mod tests {
    use super::check;

    fn refused(functions: &str) -> Option<String> {
        let text = format!("(component (core module {functions}))");
        let checked = check(&wat::parse_str(text).unwrap());
        checked.err().map(|error| error.to_string())
    }

    #[test]
    fn what_takes_too_long_to_compile_is_refused() {
        let loops = |many| "(loop)".repeat(many);
        let locals = |many| "i32 ".repeat(many);
        let function =
            |variables, blocks| format!("(func (local {}) {})", locals(variables), loops(blocks));
        assert_eq!(refused(&function(100, 20_000)), None);
        assert_eq!(
            refused(&function(20_000, 600)).unwrap(),
            "a function of 20000 variables and 601 blocks would take too long"
        );
        assert_eq!(
            refused(&function(0, 50_000)).unwrap(),
            "a function of 0 variables and 50001 blocks would take too long"
        );
        let table = format!(
            "(func (block (br_table {} (i32.const 0))))",
            "0 ".repeat(60_000)
        );
        assert!(refused(&table).is_some());
        assert_eq!(refused(&"(func)".repeat(60_000)), None);
        assert_eq!(
            refused(&"(func)".repeat(60_001)).unwrap(),
            "it has more than 60000 functions"
        );
    }
}
