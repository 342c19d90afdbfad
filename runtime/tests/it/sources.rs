//! Sound from the web: files, radio, streams in pieces, and what is not let through.

use std::time::Duration;

use cogbox::config::Resolver;
use cogbox_emulator::{Heard, Sound};
use insta::assert_snapshot;

use crate::encoded::{AAC, MP3, fragmented, transport};
use crate::playing::Stage;
use crate::shelf::{Page, Shelf, file, stream};
use crate::sound::{trusts, wav};

/// A stage where some of the web may be played, in which the bot has joined.
async fn stage(resolvers: &[Resolver]) -> (Stage, Shelf) {
    let shelf = Shelf::start().await;
    let stage = Stage::with(|setup| {
        setup.net = shelf.net(&["a.example"]);
        setup.voice.resolvers = resolvers.iter().copied().collect();
    });
    let stage = stage.await;
    stage.joins().await;
    (stage, shelf)
}

const FINISHED: &str = r#"cogbox_voice_tracks_total{end="finished"}"#;
const FAILED: &str = r#"cogbox_voice_tracks_total{end="failed"}"#;

/// Waits until so many tracks ended in a way.
async fn ended(stage: &Stage, series: &str, count: f64) {
    for _ in 0..500 {
        if stage.bot.metric(series) >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{series} is {}", stage.bot.metric(series));
}

/// How long 440 Hz were heard, in seconds, whatever lay between.
fn length(heard: &Heard) -> f64 {
    let tones = heard.stretches.iter().filter(|stretch| {
        matches!(stretch.sound, Sound::Tone { hertz, .. } if (430.0..450.0).contains(&hertz))
    });
    tones.map(|tone| tone.length.as_secs_f64()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_heard_and_moved_in() {
    if !trusts("sources::a_file_is_heard_and_moved_in").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Http]).await;
    let long = wav(440.0, Duration::from_secs(60));
    shelf.put("/long.wav", vec![file(&long, true)]);
    shelf.put("/music/my%20tone.mp3", vec![file(MP3, false)]);
    shelf.put("/moved", vec![Page::To("/music/my%20tone.mp3".to_owned())]);
    let said = stage.all(&[
        "url http://a.example/long.wav",
        "seek 58000",
        "url http://a.example/music/my%20tone.mp3",
        "url http://a.example/moved",
    ]);
    assert_snapshot!(said.await, @r"
    url http://a.example/long.wav: 1. long (60.0 s)
    seek 58000: ok
    url http://a.example/music/my%20tone.mp3: 2. my tone (2.0 s)
    url http://a.example/moved: 3. a.example (2.0 s)
    ");
    let ranges = |request: &String| request.contains("range: bytes=");
    assert!(shelf.seen().iter().any(ranges), "{:?}", shelf.seen());
    stage.told(3).await;
    assert_snapshot!(stage.says("seek 500").await, @"Invalid: this track can't be moved: it is live, or its server sends it as a whole");
    ended(&stage, FINISHED, 3.0).await;
    assert_snapshot!(stage.told(7).await, @r"
    started long
    finished long
    started my tone
    finished my tone
    started a.example
    finished a.example
    idle
    ");
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    let length = length(&heard);
    assert!((5.5..7.5).contains(&length), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_does_not_allow_is_denied() {
    if !trusts("sources::what_the_operator_does_not_allow_is_denied").await {
        return;
    }
    for (allowed, path) in [(Resolver::Http, "/radio"), (Resolver::Radio, "/tone.mp3")] {
        let (stage, shelf) = stage(&[allowed]).await;
        shelf.put("/tone.mp3", vec![file(MP3, false)]);
        shelf.put("/radio", vec![stream("icy-name: One", MP3, true)]);
        let said = stage.says(&format!("url http://a.example{path}")).await;
        match allowed {
            Resolver::Http => {
                assert_snapshot!(said, @r#"Denied: that is a stream that goes on, which the operator does not allow: to allow it, add "radio" to `resolvers` under [voice]"#)
            }
            _ => {
                assert_snapshot!(said, @r#"Denied: that is a file, which the operator does not allow: to allow it, add "http" to `resolvers` under [voice]"#)
            }
        }
        let denied = r#"cogbox_cog_denied_total{cog="radio",interface="player"}"#;
        assert_eq!(stage.bot.metric(denied), 1.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_public_web_is_reached() {
    if !trusts("sources::nothing_but_the_public_web_is_reached").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Http, Resolver::Radio]).await;
    let inside = format!("http://{}/tone.mp3", shelf.address);
    shelf.put("/tone.mp3", vec![file(MP3, false)]);
    shelf.put(
        "/inside",
        vec![Page::To("http://127.0.0.1/tone.mp3".to_owned())],
    );
    shelf.put("/round", vec![Page::To("/round".to_owned())]);
    shelf.put(
        "/text",
        vec![stream("content-type: text/html", b"<p>", false)],
    );
    let pieces = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-ENDLIST\n";
    let pieces = pieces.to_owned() + &"http://169.254.169.254/a\n".repeat(4);
    shelf.put("/list.m3u8", vec![file(pieces.as_bytes(), false)]);
    let long = format!("http://a.example/{}", "x".repeat(2_000));
    let said = stage.all(&[
        "url file:///etc/passwd",
        "url http://10.0.0.1/a.mp3",
        "url http://a.example:22/a.mp3",
        "url http://a.example/inside",
        "url http://a.example/round",
        "url http://a.example/none.mp3",
        "url http://a.example/text",
        "url http://a.example/list.m3u8",
        "url http://b.example/a.mp3",
    ]);
    assert_snapshot!(said.await, @r"
    url file:///etc/passwd: Invalid: the URL has the scheme `file`; only https and http are served
    url http://10.0.0.1/a.mp3: Invalid: the URL is at 10.0.0.1, which is not on the public internet
    url http://a.example:22/a.mp3: Invalid: the URL has the port 22; https is served on 443, http on 80, and both from 1024 up
    url http://a.example/inside: Invalid: the URL is at 127.0.0.1, which is not on the public internet
    url http://a.example/round: Invalid: it redirects more than 5 times
    url http://a.example/none.mp3: Invalid: a.example answered with 404 Not Found
    url http://a.example/text: Invalid: it is a web page, not a sound
    url http://a.example/list.m3u8: Invalid: the URL is at 169.254.169.254, which is not on the public internet
    url http://b.example/a.mp3: Invalid: it can't be reached: there is no b.example
    ");
    assert_snapshot!(stage.says(&format!("url {inside}")).await.split(':').next().unwrap(), @"Invalid");
    assert_snapshot!(stage.says(&format!("url {long}")).await, @"Invalid: the URL is longer than 2000 bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_goes_on_or_fails() {
    if !trusts("sources::a_file_that_breaks_off_goes_on_or_fails").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Http]).await;
    let tone = wav(440.0, Duration::from_secs(2));
    let cut = |ranges| Page::Cut {
        bytes: tone.clone(),
        after: 200_000,
        ranges,
    };
    // What is answered to whoever looks is played, and goes on from where it was.
    let whole = file(&tone, true);
    shelf.put("/good.wav", vec![cut(true), whole]);
    shelf.put("/bad.wav", vec![cut(false)]);
    stage.says("url http://a.example/good.wav").await;
    stage.says("url http://a.example/bad.wav").await;
    ended(&stage, FAILED, 1.0).await;
    assert_snapshot!(stage.told(5).await, @r"
    started good
    finished good
    started bad
    failed bad
    idle
    ");
    let page = reqwest::get(format!("http://{}/", stage.bot.web)).await;
    let page = page.unwrap().text().await.unwrap();
    assert!(page.contains("bad broke off: "), "{page}");
}

/// A radio's stream: after every `every` bytes of sound the next of the titles.
fn radio(sound: &[u8], every: usize, titles: &[&str]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut titles = titles.iter();
    for part in sound.chunks(every) {
        stream.extend_from_slice(part);
        if part.len() < every {
            break;
        }
        let mut text = titles.next().map_or(Vec::new(), |title| {
            format!("StreamTitle='{title}';").into_bytes()
        });
        text.resize(text.len().next_multiple_of(16), 0);
        stream.push((text.len() / 16) as u8);
        stream.extend(text);
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_radio_is_heard_with_its_titles_and_comes_back() {
    if !trusts("sources::a_radio_is_heard_with_its_titles_and_comes_back").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Radio]).await;
    let head = "content-type: audio/aac\r\nicy-name: Radio One\r\nicy-metaint: 1000";
    let first = stream(head, &radio(AAC, 1_000, &["One - First"]), false);
    let again = stream(head, &radio(AAC, 1_000, &["Two - Second"]), false);
    let gone = Page::To("http://127.0.0.1/".to_owned());
    // It is opened, lost, there again, and lost for good.
    shelf.put("/live", vec![first, again, gone]);
    assert_snapshot!(stage.says("url http://a.example/live").await, @"1. Radio One");
    let asked = |request: &String| request.contains("icy-metadata: 1");
    assert!(shelf.seen().iter().all(asked), "{:?}", shelf.seen());
    assert_snapshot!(stage.says("seek 1000").await, @"Invalid: this track can't be moved: it is live, or its server sends it as a whole");
    let mut titles = Vec::new();
    while titles
        .last()
        .is_none_or(|title: &String| title != "Two - Second")
    {
        let said = stage.says("status").await;
        let title = said.split(" at ").next().unwrap_or_default();
        let title = title.split_once(". ").map_or(title, |(_, title)| title);
        if titles.last().is_none_or(|last| last != title) {
            titles.push(title.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(titles, ["One - First", "Two - Second"]);
    // It is asked for some more times, and longer and longer is waited.
    ended(&stage, FAILED, 1.0).await;
    assert_snapshot!(stage.told(3).await, @r"
    started Radio One
    failed Radio One
    idle
    ");
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    let length = length(&heard);
    assert!((3.5..4.5).contains(&length), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shoutcast_station_on_a_port_of_its_own_is_heard() {
    if !trusts("sources::a_shoutcast_station_on_a_port_of_its_own_is_heard").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Radio]).await;
    let place = format!("http://a.example:{}", shelf.address.port());
    let answer = |head: &str, body: Vec<u8>| Page::Raw([head.as_bytes(), &body].concat());
    let head = "ICY 200 OK\r\nicy-notice1:<BR>This stream requires a player\r\n\
                icy-name:Radio Two\r\ncontent-type:audio/aacp\r\nicy-metaint:1000\r\n\r\n";
    let on_air = answer(head, radio(AAC, 1_000, &["Two - First"]));
    let gone = answer("ICY 404 Resource Not Found\r\n\r\n", Vec::new());
    shelf.put("/;stream", vec![on_air, gone.clone()]);
    shelf.put(
        "/full",
        vec![answer("ICY 401 Service Unavailable\r\n\r\n", Vec::new())],
    );
    shelf.put(
        "/mail",
        vec![answer("220 mail.example ESMTP\r\n", Vec::new())],
    );
    let asked = ["/;stream", "/full", "/mail"].map(|path| format!("url {place}{path}"));
    let said = stage.all(&asked.each_ref().map(String::as_str)).await;
    assert_snapshot!(said.replace(&place, "PLACE"), @r"
    url PLACE/;stream: 1. Radio Two
    url PLACE/full: Invalid: a.example answered with 401 Unauthorized
    url PLACE/mail: Invalid: a.example does not answer as a web server or a radio does
    ");
    assert_eq!(
        shelf.seen().len(),
        3,
        "each is asked once: {:?}",
        shelf.seen()
    );
    let titled = async {
        while !stage.says("status").await.contains("Two - First") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let titled = tokio::time::timeout(Duration::from_secs(10), titled).await;
    titled.expect("the title is told");
    ended(&stage, FAILED, 1.0).await;
    let page = reqwest::get(format!("http://{}/", stage.bot.web)).await;
    let page = page.unwrap().text().await.unwrap();
    assert!(
        page.contains("Radio Two broke off: a.example answered with 404 Not Found"),
        "{page}"
    );
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    let length = length(&heard);
    assert!((1.5..2.5).contains(&length), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_in_pieces_is_heard() {
    if !trusts("sources::a_stream_in_pieces_is_heard").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Radio]).await;
    let master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.2\"\nlow/list.m3u8";
    let half = AAC.len() / 2;
    shelf.put("/master.m3u8", vec![file(master.as_bytes(), false)]);
    shelf.put("/low/0.ts", vec![file(&transport(&AAC[..half]), false)]);
    shelf.put("/low/1.ts", vec![file(&transport(&AAC[half..]), false)]);
    // A tag with the time stands before sound that is in no transport stream.
    let plain = [b"ID3\x04\0\0\0\0\0\x04time", AAC].concat();
    shelf.put("/low/2.aac", vec![file(&plain, false)]);
    let list = |first: usize, pieces: &[&str], end: &str| {
        let pieces: String = pieces
            .iter()
            .map(|piece| format!("#EXTINF:1\n{piece}\n"))
            .collect();
        let head = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{first}\n");
        file(format!("{head}{pieces}{end}").as_bytes(), false)
    };
    // It is live, has one piece more when it is looked at again, and then ends.
    let early = list(7, &["0.ts", "1.ts"], "");
    let late = list(8, &["1.ts", "2.aac"], "#EXT-X-ENDLIST");
    shelf.put("/low/list.m3u8", vec![early, late]);
    assert_snapshot!(stage.says("url http://a.example/master.m3u8").await, @"1. master");
    ended(&stage, FINISHED, 1.0).await;
    assert_snapshot!(stage.told(3).await, @r"
    started master
    finished master
    idle
    ");
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    let length = length(&heard);
    assert!((3.5..4.5).contains(&length), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_in_fragments_of_mp4_is_heard() {
    if !trusts("sources::a_stream_in_fragments_of_mp4_is_heard").await {
        return;
    }
    let (stage, shelf) = stage(&[Resolver::Radio]).await;
    let (beginning, fragments) = fragmented(AAC, 30);
    shelf.put("/init.mp4", vec![file(&beginning, false)]);
    let mut list = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"init.mp4\"\n".to_owned();
    for (index, fragment) in fragments.iter().enumerate() {
        shelf.put(&format!("/{index}.m4s"), vec![file(fragment, false)]);
        list += &format!("#EXTINF:0.7\n{index}.m4s\n");
    }
    list += "#EXT-X-ENDLIST\n";
    shelf.put("/list.m3u8", vec![file(list.as_bytes(), false)]);
    let other = list.replace("#EXT-X-MAP:URI=\"init.mp4\"\n", "");
    shelf.put("/other.m3u8", vec![file(other.as_bytes(), false)]);
    let said = stage.all(&[
        "url http://a.example/list.m3u8",
        "url http://a.example/other.m3u8",
    ]);
    assert_snapshot!(said.await, @r"
    url http://a.example/list.m3u8: 1. list
    url http://a.example/other.m3u8: Invalid: its pieces are fragments of MP4 without their beginning
    ");
    ended(&stage, FINISHED, 1.0).await;
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    let length = length(&heard);
    assert!((1.5..2.5).contains(&length), "{heard}");
}
