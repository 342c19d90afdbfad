//! The description is whole, and an OpenAPI document. That the bot keeps to it `tests/api` finds out.

use super::*;
use crate::web::tests::Host;

#[test]
fn every_route_that_programs_use_is_described() {
    let rows = routes();
    let missing: Vec<_> = rows
        .iter()
        .filter(|row| row.told.is_none())
        .filter(|row| {
            let changes = !row.rule.method.is_safe();
            let for_programs = Form::of(row.path) != Form::Page;
            changes || (for_programs && !row.path.starts_with("/assets/"))
        })
        .map(|row| format!("{} {}", row.rule.method, row.path))
        .collect();
    assert_eq!(
        missing, [""; 0],
        "describe them in the table of web/routes.rs: `.told(...)`"
    );
}

#[test]
fn the_names_in_a_path_are_those_that_are_read() {
    for row in routes() {
        let Some(told) = &row.told else { continue };
        let parameters = told.path.map(|path| parameters_of("path", path));
        let mut read: Vec<_> = parameters
            .unwrap_or_default()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        read.sort();
        let parts = row.path.split('/');
        let mut named: Vec<_> = parts
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        named.sort();
        assert_eq!(read, named, "{}", row.path);
    }
}

#[tokio::test]
async fn the_document_is_served_and_every_reference_leads_somewhere() {
    let host = Host::new().await;
    let document = describe(&host.web.door.config);
    let text = document.to_string();
    let references = text.split("\"$ref\":\"#").skip(1);
    let references: Vec<_> = references
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    assert!(!text.contains("[`"), "{text}");
    let status = &document["components"]["schemas"]["Status"]["properties"];
    assert_eq!(status["uptime_seconds"]["type"], "number");
    assert_eq!(
        status["uptime_seconds"]["description"],
        "How long it has been running, in seconds."
    );
    assert_eq!(Json(document).0["openapi"], "3.1.0");
}

#[test]
fn what_has_to_be_shown_is_what_the_configuration_says() {
    let ways = |auth| {
        let config = WebConfig {
            auth,
            ..WebConfig::default()
        };
        let document = describe(&config);
        let of = |pointer: &str| document.pointer(pointer).unwrap().to_string();
        [
            of("/paths/~1api~1status/get/security"),
            of("/paths/~1metrics/get/security"),
            of("/paths/~1healthz/get/security"),
        ]
        .join(" ")
    };
    let session = r#"{"session":[]},{"session-by-http":[]}"#;
    assert_eq!(ways(Auth::None), "[] [] []");
    assert_eq!(
        ways(Auth::Token),
        format!("[{session}] [{session},{{}}] []")
    );
    assert_eq!(ways(Auth::Proxy), r#"[{"proxy":[]}] [{"proxy":[]},{}] []"#);
}
