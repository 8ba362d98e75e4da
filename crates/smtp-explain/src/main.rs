//! `smtp-explain`: see the library of the same name.

fn main() -> std::process::ExitCode {
    byhand::cli::start(smtp_explain::run)
}
