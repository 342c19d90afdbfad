//! `cogbox health`: asks a running bot whether it is well, for a container's health check.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Failure;
use crate::config::{DEFAULT_WEB, loopback};

/// Ask the running bot's dashboard whether it is well.
#[derive(clap::Args)]
pub struct Args {
    /// Where its dashboard listens.
    #[arg(long, env = "COGBOX_WEB_BIND", default_value = DEFAULT_WEB)]
    web: String,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let address =
        loopback(&args.web).map_err(|(what, fix)| Failure::new(format!("{what}\n  fix: {fix}")))?;
    match status(address) {
        Ok(line) if line.contains(" 200 ") => Ok(()),
        Ok(line) => Err(Failure::new(format!("{address} answered: {line}"))),
        Err(error) => Err(Failure::new(format!(
            "{address} does not answer: {error}\n  fix: start the bot, or name its dashboard with --web"
        ))),
    }
}

fn status(address: SocketAddr) -> std::io::Result<String> {
    let wait = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&address, wait)?;
    stream.set_read_timeout(Some(wait))?;
    stream.set_write_timeout(Some(wait))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut reply = String::new();
    stream.take(1_024).read_to_string(&mut reply)?;
    Ok(reply.lines().next().unwrap_or_default().to_owned())
}
