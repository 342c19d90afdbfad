//! `cogbox health`: asks a running bot whether it is well, for a container's health check.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Failure;
use crate::config::DEFAULT_WEB;

/// Ask the running bot's dashboard whether it is well.
#[derive(clap::Args)]
pub struct Args {
    /// Where its dashboard listens.
    #[arg(long, env = "COGBOX_WEB_BIND", default_value = DEFAULT_WEB)]
    web: SocketAddr,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let address = here(args.web);
    match status(address) {
        Ok((line, said)) if line.contains(" 200 ") => {
            if said != "ok" {
                println!("{said}");
            }
            Ok(())
        }
        Ok((line, _)) => Err(Failure::new(format!("{address} answered: {line}"))),
        Err(error) => Err(Failure::new(format!(
            "{address} does not answer: {error}\n  fix: start the bot, or name its dashboard with --web"
        ))),
    }
}

/// Whether a bot's dashboard answers there, well or not.
pub(super) fn answers(address: SocketAddr) -> bool {
    status(here(address)).is_ok_and(|(line, _)| line.contains(" 200 ") || line.contains(" 503 "))
}

/// Returns where it is reached from this machine: what listens everywhere listens here as well.
fn here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// Returns the first line of the answer, and what it says below its head.
fn status(address: SocketAddr) -> std::io::Result<(String, String)> {
    let wait = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&address, wait)?;
    stream.set_read_timeout(Some(wait))?;
    stream.set_write_timeout(Some(wait))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut reply = String::new();
    stream.take(1_024).read_to_string(&mut reply)?;
    let line = reply.lines().next().unwrap_or_default().to_owned();
    let said = reply.split_once("\r\n\r\n").unwrap_or_default().1;
    Ok((line, said.trim().to_owned()))
}
