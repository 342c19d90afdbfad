//! Which addresses belong to the public internet. Everything else is this machine, its neighbours,
//! a cloud's inside, or nobody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not the public internet: address, bits of the prefix.
const PRIVATE_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),        // "this network"; on Linux also this machine
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // shared by a provider's customers
    ([127, 0, 0, 0], 8),      // this machine
    ([168, 63, 129, 16], 32), // public by number, the inside of Azure in fact
    ([169, 254, 0, 0], 16),   // link-local; where clouds keep credentials
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 88, 99, 0], 24),   // relays of 6to4, retired
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, broadcast
];

/// Networks within 2000::/3, where all of public IPv6 lies, that are not the public internet.
const PRIVATE_V6: &[([u16; 2], u32)] = &[
    ([0x2001, 0x0000], 23), // protocol assignments; Teredo, which carries IPv4, is one
    ([0x2001, 0x0db8], 32), // documentation
    ([0x2002, 0x0000], 16), // 6to4, which carries IPv4
    ([0x3fff, 0x0000], 20), // documentation
];

/// Whether an address belongs to the public internet. An IPv6 address that stands for an IPv4 one
/// is judged by that one.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let number = u32::from(address);
    !PRIVATE_V4
        .iter()
        .any(|(network, bits)| number >> (32 - bits) == u32::from_be_bytes(*network) >> (32 - bits))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = || Ipv4Addr::from(u128::from(address) as u32);
    match parts {
        // Mapped: the system connects by IPv4.
        [0, 0, 0, 0, 0, 0xffff, _, _] => is_public_v4(embedded()),
        // NAT64: how a machine without IPv4 reaches the rest of the internet.
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(embedded()),
        [first, second, ..] => {
            let number = u32::from(first) << 16 | u32::from(second);
            number >> 29 == 1
                && !PRIVATE_V6.iter().any(|([first, second], bits)| {
                    let network = u32::from(*first) << 16 | u32::from(*second);
                    number >> (32 - bits) == network >> (32 - bits)
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last address of each network, and what lies just outside of it.
    #[test]
    fn networks_end_where_they_end() {
        for (inside, outside) in [
            ("0.0.0.0 0.255.255.255", "1.0.0.0"),
            ("10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"),
            ("100.64.0.0 100.127.255.255", "100.63.255.255 100.128.0.0"),
            (
                "127.0.0.0 127.0.0.1 127.255.255.255",
                "126.255.255.255 128.0.0.0",
            ),
            ("168.63.129.16", "168.63.129.15 168.63.129.17"),
            (
                "169.254.0.0 169.254.169.254 169.254.255.255",
                "169.253.255.255 169.255.0.0",
            ),
            ("172.16.0.0 172.31.255.255", "172.15.255.255 172.32.0.0"),
            ("192.0.0.0 192.0.0.255", "191.255.255.255 192.0.1.0"),
            ("192.0.2.0 192.0.2.255", "192.0.1.255 192.0.3.0"),
            ("192.88.99.0 192.88.99.255", "192.88.98.255 192.88.100.0"),
            ("192.168.0.0 192.168.255.255", "192.167.255.255 192.169.0.0"),
            ("198.18.0.0 198.19.255.255", "198.17.255.255 198.20.0.0"),
            ("198.51.100.0 198.51.100.255", "198.51.99.255 198.51.101.0"),
            ("203.0.113.0 203.0.113.255", "203.0.112.255 203.0.114.0"),
            (
                "224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255",
                "223.255.255.255",
            ),
            (":: ::1 ::7f00:1 1fff::", "2000::1 2606:4700::1111"),
            (
                "4000:: 5f00:: fc00:: fd00:ec2::254 fe80::1 fec0::1 ff02::1",
                "3ffe::1",
            ),
            (
                "2001:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1ff:ffff::",
                "2001:200:: 2001:4860:4860::8888",
            ),
            ("2001:db8:: 2001:db8:ffff::", "2001:db7:: 2001:db9::"),
            ("2002:7f00:1:: 2002:808:808::", "2003::"),
            ("3fff:: 3fff:fff:ffff::", "3fff:1000::"),
            (
                "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0.0.0.0",
                "::ffff:8.8.8.8",
            ),
            ("64:ff9b::a9fe:a9fe 64:ff9b::7f00:1", "64:ff9b::808:808"),
            (
                "64:ff9b:1::808:808 64:ff9b:0:1::808:808",
                "64:ff9b::101:101",
            ),
            ("::ffff:0:808:808 100::1", "2a00::"),
        ] {
            for (texts, public) in [(inside, false), (outside, true)] {
                for text in texts.split(' ') {
                    assert_eq!(is_public(text.parse().unwrap()), public, "{text}");
                }
            }
        }
    }
}
