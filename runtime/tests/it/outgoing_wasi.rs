//! The web through `wasi:http`: the same grant, hosts and limits, for a component that knows
//! nothing of `cogbox:host/http`.

use std::net::SocketAddr;

use cogbox::cog::shape::Metadata;
use cogbox::config::Isolation;
use cogbox::host::grants::Interface;

use crate::components::{Folder, cog_doing, declaring, with_metadata};
use crate::harness::{Bot, Setup};
use crate::web::{Names, Site};

/// What a component asks for.
#[derive(Clone, Copy)]
struct Asked {
    authority: &'static str,
    path: &'static str,
    /// A header, and `x` as its value.
    header: &'static str,
    /// A body, which makes it a POST.
    body: &'static str,
}

const GET: Asked = Asked {
    authority: "api.example.org",
    path: "/hello",
    header: "x-a",
    body: "",
};

/// What became of it: the body, or what stood in its way. The component ends its call with it as an
/// error, which is the shortest way for words to leave a module that is written by hand.
async fn asked(what: Asked) -> (String, Site) {
    let (names, site) = (Names::default(), Site::start().await);
    names.lead("api.example.org", &[&[site.address]]);
    let inside: SocketAddr = "10.255.255.1:80".parse().unwrap();
    names.lead("inside.example.org", &[&[inside]]);
    let bot = bot(&site, &names, what).await;
    let ann = bot.here("ann");
    bot.ends(&ann, "fetches", "/fetch").await;
    let fault = bot.cog("fetches").last_fault().unwrap();
    (fault.detail, site)
}

async fn bot(site: &Site, names: &Names, what: Asked) -> Bot {
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    setup.net = site.net(names);
    let hosts = ["api.example.org", "inside.example.org"];
    let metadata = Metadata {
        hosts: hosts.map(str::to_owned).into(),
        ..Default::default()
    };
    folder.add(
        &mut setup,
        "fetches",
        &with_metadata(component(what), &metadata),
    );
    let setup = setup.cog("fetches", |fetches| fetches.isolation = Isolation::Guild);
    setup.start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_host_is_reached() {
    let (told, site) = asked(GET).await;
    assert_eq!(told, "hello");
    let seen = site.seen().concat();
    assert!(
        seen.starts_with("GET /hello HTTP/1.1\r\nx-a: x\r\n"),
        "{seen}"
    );
    assert!(seen.contains("\r\nhost: api.example.org\r\n"), "{seen}");
    assert!(
        seen.contains(concat!(
            "\r\nuser-agent: Cogbox/",
            env!("CARGO_PKG_VERSION"),
            " (fetches)\r\n"
        )),
        "{seen}"
    );
    assert!(!seen.contains("accept-encoding"), "{seen}");

    let (told, _) = asked(Asked {
        path: "/echo",
        body: "ping",
        ..GET
    })
    .await;
    // The cog hands it on as an error, of which the host keeps the lines.
    assert!(told.starts_with("POST /echo HTTP/1.1\n"), "{told}");
    assert!(told.ends_with("\n\nping"), "{told}");
    assert_eq!(told.matches("content-length: 4").count(), 1, "{told}");
    // What is packed stays packed: unpacking is the guest's part.
    let path = "/not-gzip";
    assert_eq!(asked(Asked { path, ..GET }).await.0, "as it came");
    // A redirect is the guest's to follow.
    let (told, site) = asked(Asked {
        path: "/redirect?/hello",
        ..GET
    })
    .await;
    assert_eq!((told.as_str(), site.seen().len()), ("closed", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_ask_and_the_same_rules() {
    // By wasi:http's own numbers: HTTP-request-denied, destination-IP-prohibited.
    let (denied, private) = ("code 15", "code 04");
    for (authority, told) in [
        ("other.example.org", denied),
        ("api.example.org:8080", denied),
        ("inside.example.org", private),
        ("127.0.0.1", private),
        ("0x7f.1", private),
        ("[::ffff:127.0.0.1]", private),
        (
            "user@api.example.org",
            "the URL at api.example.org has a user name",
        ),
    ] {
        let (answer, site) = asked(Asked { authority, ..GET }).await;
        assert!(answer.starts_with(told), "{authority}: {answer}");
        assert_eq!(site.seen().len(), 0, "{authority}");
    }
    for header in ["host", "transfer-encoding", "proxy-a", "te"] {
        let (answer, _) = asked(Asked { header, ..GET }).await;
        assert_eq!(answer, "the header is refused", "{header}");
    }
    for path in ["/large", "/endless"] {
        let (answer, _) = asked(Asked { path, ..GET }).await;
        assert_eq!(answer, "code 28", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_holds_a_body_is_not_kept() {
    let (names, site) = (Names::default(), Site::start().await);
    names.lead("api.example.org", &[&[site.address]]);
    let bot = bot(&site, &names, GET).await;
    let ann = bot.here("ann");
    // The component drops nothing, and an instance may hold 32.
    for _ in 0..33 {
        bot.ends(&ann, "fetches", "/fetch").await;
        assert_eq!(bot.cog("fetches").last_fault().unwrap().detail, "hello");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_imports_asks_for_the_web() {
    let (names, site) = (Names::default(), Site::start().await);
    let bot = bot(&site, &names, GET).await;
    let asks: Vec<_> = bot.cog("fetches").shape.asks.iter().collect();
    assert_eq!(asks, [Interface::Interactions, Interface::Http]);
    drop(bot);
    // While it declares its commands it has no web.
    let bytes = declares_by_asking();
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    setup.net = site.net(&names);
    folder.add(&mut setup, "early", &bytes);
    let bot = setup.start().await;
    let snapshot = bot.app.registry.snapshot();
    let refused: Vec<_> = snapshot.refused().collect();
    assert!(
        matches!(refused.as_slice(), [("early", refusal)] if refusal.what.contains("unreachable")),
        "{refused:?}"
    );
    let denied = r#"cogbox_cog_denied_total{cog="early",interface="http"}"#;
    assert_eq!(bot.metric(denied), 1.0);
    assert_eq!(site.seen().len(), 0);
}

const IMPORTS: &str = "import wasi:http/types@0.2.6; import wasi:http/outgoing-handler@0.2.6;";

fn component(what: Asked) -> Vec<u8> {
    let (data, declare) = declaring(&[("fetch", "Asks the web")]);
    let core = format!("{}{data}", functions(what));
    cog_doing(
        IMPORTS,
        &core,
        &declare,
        "(return (call $told (call $ask)))",
    )
}

/// Asks while it declares, and stops there when it gets an error.
fn declares_by_asking() -> Vec<u8> {
    let core = functions(GET);
    let declare = "(drop (call $ask)) unreachable";
    cog_doing(IMPORTS, &core, declare, "unreachable")
}

/// The functions `ask`, which returns the address of a text's address and length, and `told`, which
/// makes an error of them.
fn functions(what: Asked) -> String {
    let import = |from: &str, name: &str, to: &str, ty: &str| {
        format!("(import \"wasi:{from}@0.2.6\" \"{name}\" (func ${to} {ty}))")
    };
    let to_memory = "(param i32 i32)";
    let text = "(param i32 i32 i32 i32) (result i32)";
    let imports = [
        import(
            "http/types",
            "[constructor]fields",
            "fields",
            "(result i32)",
        ),
        import(
            "http/types",
            "[method]fields.append",
            "append",
            "(param i32 i32 i32 i32 i32 i32)",
        ),
        import(
            "http/types",
            "[constructor]outgoing-request",
            "request",
            "(param i32) (result i32)",
        ),
        import(
            "http/types",
            "[method]outgoing-request.set-scheme",
            "scheme",
            "(param i32 i32 i32 i32 i32) (result i32)",
        ),
        import(
            "http/types",
            "[method]outgoing-request.set-method",
            "method",
            text,
        ),
        import(
            "http/types",
            "[method]outgoing-request.set-authority",
            "authority",
            text,
        ),
        import(
            "http/types",
            "[method]outgoing-request.set-path-with-query",
            "path",
            text,
        ),
        import(
            "http/types",
            "[method]outgoing-request.body",
            "body",
            to_memory,
        ),
        import(
            "http/types",
            "[method]outgoing-body.write",
            "write",
            to_memory,
        ),
        import(
            "http/types",
            "[static]outgoing-body.finish",
            "finish",
            "(param i32 i32 i32 i32)",
        ),
        import(
            "io/streams",
            "[method]output-stream.blocking-write-and-flush",
            "flush",
            "(param i32 i32 i32 i32)",
        ),
        import(
            "io/streams",
            "[resource-drop]output-stream",
            "drop-output",
            "(param i32)",
        ),
        import(
            "http/outgoing-handler",
            "handle",
            "handle",
            "(param i32 i32 i32 i32)",
        ),
        import(
            "http/types",
            "[method]future-incoming-response.subscribe",
            "subscribe",
            "(param i32) (result i32)",
        ),
        import("io/poll", "[method]pollable.block", "block", "(param i32)"),
        import(
            "http/types",
            "[method]future-incoming-response.get",
            "get",
            to_memory,
        ),
        import(
            "http/types",
            "[method]incoming-response.consume",
            "consume",
            to_memory,
        ),
        import(
            "http/types",
            "[method]incoming-body.stream",
            "stream",
            to_memory,
        ),
        import(
            "io/streams",
            "[method]input-stream.blocking-read",
            "read",
            "(param i32 i64 i32)",
        ),
    ]
    .concat();
    let Asked {
        authority,
        path,
        header,
        body,
    } = what;
    let [authority_is, path_is, header_is, body_is] = [authority, path, header, body].map(str::len);
    format!(
        r#"{imports}
        (data (i32.const 8192) "{authority}")
        (data (i32.const 8448) "{path}")
        (data (i32.const 8704) "{header}")
        (data (i32.const 8960) "{body}")
        (data (i32.const 9216) "x")
        (data (i32.const 9232) "the header is refused")
        (data (i32.const 9264) "closed")
        (data (i32.const 9280) "code ")
        (func $text (param $at i32) (param $length i32) (result i32)
            (i32.store (i32.const 9472) (local.get $at))
            (i32.store (i32.const 9476) (local.get $length))
            (i32.const 9472))
        (func $told (param $text i32) (result i32)
            (i32.store8 (i32.const 9480) (i32.const 1))
            (i32.store (i32.const 9484) (i32.load (local.get $text)))
            (i32.store (i32.const 9488) (i32.load offset=4 (local.get $text)))
            (i32.const 9480))
        (func $ask (result i32)
            (local $fields i32) (local $request i32) (local $body i32) (local $future i32)
            (local $code i32)
            (local.set $fields (call $fields))
            (call $append (local.get $fields) (i32.const 8704) (i32.const {header_is})
                (i32.const 9216) (i32.const 1) (i32.const 10240))
            (if (i32.load8_u (i32.const 10240))
                (then (return (call $text (i32.const 9232) (i32.const 21)))))
            (local.set $request (call $request (local.get $fields)))
            (drop (call $scheme (local.get $request)
                (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
            (if (call $authority (local.get $request)
                (i32.const 1) (i32.const 8192) (i32.const {authority_is})) (then unreachable))
            (if (call $path (local.get $request)
                (i32.const 1) (i32.const 8448) (i32.const {path_is})) (then unreachable))
            (if (i32.const {body_is}) (then
                (drop (call $method (local.get $request)
                    (i32.const 2) (i32.const 0) (i32.const 0)))
                (call $body (local.get $request) (i32.const 10240))
                (local.set $body (i32.load offset=4 (i32.const 10240)))))
            (call $handle (local.get $request) (i32.const 0) (i32.const 0) (i32.const 10240))
            (if (i32.load8_u (i32.const 10240)) (then unreachable))
            (local.set $future (i32.load offset=8 (i32.const 10240)))
            (if (i32.const {body_is}) (then
                (call $write (local.get $body) (i32.const 10240))
                (call $flush (i32.load offset=4 (i32.const 10240))
                    (i32.const 8960) (i32.const {body_is}) (i32.const 10304))
                (call $drop-output (i32.load offset=4 (i32.const 10240)))
                (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 10240))))
            (call $block (call $subscribe (local.get $future)))
            (call $get (local.get $future) (i32.const 10240))
            ;; An option of a result of a result.
            (if (i32.load8_u offset=16 (i32.const 10240)) (then
                (local.set $code (i32.load8_u offset=24 (i32.const 10240)))
                ;; internal-error has a sentence.
                (if (i32.eq (local.get $code) (i32.const 38)) (then
                    (return (i32.add (i32.const 10240) (i32.const 36)))))
                (i32.store8 (i32.const 9285)
                    (i32.add (i32.const 48) (i32.div_u (local.get $code) (i32.const 10))))
                (i32.store8 (i32.const 9286)
                    (i32.add (i32.const 48) (i32.rem_u (local.get $code) (i32.const 10))))
                (return (call $text (i32.const 9280) (i32.const 7)))))
            (call $consume (i32.load offset=24 (i32.const 10240)) (i32.const 10240))
            (call $stream (i32.load offset=4 (i32.const 10240)) (i32.const 10304))
            (call $read (i32.load offset=4 (i32.const 10304)) (i64.const 1000) (i32.const 10240))
            (if (i32.load8_u (i32.const 10240))
                (then (return (call $text (i32.const 9264) (i32.const 6)))))
            (i32.add (i32.const 10240) (i32.const 4)))"#
    )
}
