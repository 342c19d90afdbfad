//! A response's body, read up to a limit and unpacked on the way, so that neither an endless stream
//! nor a small packet that unpacks to gigabytes takes more than the limit.

use std::io::Write;

use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};

use super::error::Error;

/// Reads a body, and tells whether there was more than the limit.
pub(super) async fn read(
    mut response: reqwest::Response,
    headers: &mut HeaderMap,
    limit: usize,
    unpack: bool,
) -> Result<(Vec<u8>, bool), Error> {
    let packed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let mut sink = match packed && unpack {
        true => {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
            Sink::Packed(Box::new(MultiGzDecoder::new(Limited::new(limit))))
        }
        false => Sink::Plain(Limited::new(limit)),
    };
    // What is packed is limited as well: it may unpack to nothing, and never end.
    let mut read = 0;
    while let Some(chunk) = response.chunk().await.map_err(Error::reading)? {
        read += chunk.len();
        sink.write(&chunk)?;
        if sink.limited().full || read > limit {
            sink.limited().full = true;
            break;
        }
    }
    match read {
        // The answer to HEAD tells of a packed body and has none.
        0 => Ok((Vec::new(), false)),
        _ => sink.finish(),
    }
}

enum Sink {
    Plain(Limited),
    Packed(Box<MultiGzDecoder<Limited>>),
}

impl Sink {
    fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let written = match self {
            Self::Plain(limited) => limited.write_all(chunk),
            Self::Packed(decoder) => decoder.write_all(chunk),
        };
        match written {
            Err(_) if !self.limited().full => Err(Error::failed("its body is not gzip")),
            _ => Ok(()),
        }
    }

    fn limited(&mut self) -> &mut Limited {
        match self {
            Self::Plain(limited) => limited,
            Self::Packed(decoder) => decoder.get_mut(),
        }
    }

    fn finish(mut self) -> Result<(Vec<u8>, bool), Error> {
        if let Self::Packed(decoder) = &mut self {
            let ended = decoder.try_finish();
            if ended.is_err() && !decoder.get_ref().full {
                return Err(Error::failed("its gzip body breaks off"));
            }
        }
        let limited = self.limited();
        Ok((std::mem::take(&mut limited.bytes), limited.full))
    }
}

/// Takes so many bytes and fails at the next one.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Limited {
    fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
            full: false,
        }
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = self.limit - self.bytes.len();
        if bytes.len() > room {
            self.full = true;
        }
        if room == 0 && !bytes.is_empty() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    async fn given(body: Vec<u8>, packed: bool, limit: usize) -> Result<(Vec<u8>, bool), Error> {
        let response = reqwest::Response::from(hyper::Response::new(reqwest::Body::from(body)));
        let mut headers = HeaderMap::new();
        if packed {
            headers.insert(CONTENT_ENCODING, "gzip".parse().unwrap());
        }
        read(response, &mut headers, limit, true).await
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        assert_eq!(
            given(b"four".into(), false, 4).await.unwrap(),
            (b"four".into(), false)
        );
        assert_eq!(
            given(b"fiver".into(), false, 4).await.unwrap(),
            (b"five".into(), true)
        );
        assert_eq!(given(vec![], false, 4).await.unwrap(), (vec![], false));
        let four = packed(b"four");
        assert_eq!(
            given(four.clone(), true, 100).await.unwrap(),
            (b"four".into(), false)
        );
        // Two members are one body.
        let twice = [four.clone(), four.clone()].concat();
        assert_eq!(
            given(twice, true, 100).await.unwrap(),
            (b"fourfour".into(), false)
        );
        let cut = given(four[..four.len() - 5].into(), true, 100).await;
        assert_eq!(cut.unwrap_err().message, "its gzip body breaks off");
        let none = given(b"not gzip at all, really".into(), true, 100).await;
        assert_eq!(none.unwrap_err().message, "its body is not gzip");
    }

    #[tokio::test]
    async fn what_unpacks_to_more_is_cut() {
        let bomb = packed(&vec![0; 64 << 20]);
        assert!(bomb.len() < 100 << 10);
        let (body, truncated) = given(bomb, true, 100 << 10).await.unwrap();
        assert!(truncated);
        assert_eq!(body.len(), 100 << 10);
        // Empty members, one after the other: nothing comes of them.
        let empty = packed(b"").repeat(100);
        assert_eq!(given(empty, true, 1_000).await.unwrap(), (vec![], true));
    }
}
