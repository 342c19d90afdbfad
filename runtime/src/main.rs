//! The `cogbox` command: parses, runs, prints one error.

fn main() -> std::process::ExitCode {
    cogbox::cli::main()
}
