//! Holds every answer against the OpenAPI document: its status and its schema.

use super::answer::Answer;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../src/http/openapi.json")).unwrap());

/// What any path may answer, and is documented as the default.
const DEFAULT: [u16; 5] = [405, 413, 415, 500, 503];

#[track_caller]
pub fn check(method: &Method, path: &str, answer: &Answer) {
    if method == Method::OPTIONS {
        // A browser's question, which is not for the server's calls.
        return;
    }
    let path = path.split('?').next().unwrap();
    let Some(operation) = operation(path).and_then(|it| it.get(method.as_str().to_lowercase()))
    else {
        // Not in the document: the page, or not there.
        let is_page = ["/", "/app.js", "/style.css"].contains(&path);
        assert!(is_page || matches!(answer.status, 404 | 405), "{method} {path}: {answer:?}");
        return;
    };
    let responses = &operation["responses"];
    let response = match responses.get(answer.status.to_string()) {
        Some(response) => response,
        None if DEFAULT.contains(&answer.status) => &responses["default"],
        None => panic!("{method} {path} answers what is not documented: {answer:?}"),
    };
    let Some(content) = response.get("content") else {
        assert!(answer.text.is_empty(), "{answer:?}");
        return;
    };
    let media_type = answer.headers["content-type"].to_str().unwrap();
    let media_type = media_type.split(';').next().unwrap();
    let schema = &content[media_type]["schema"];
    assert!(schema.is_object(), "{media_type} is not documented: {answer:?}");
    if media_type == "application/json" {
        let schema = json!({ "components": DOCUMENT["components"], "allOf": [schema] });
        let errors: Vec<_> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&answer.body)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}: {answer:?}");
    }
    for header in response["headers"].as_object().into_iter().flatten() {
        let required = header.1["required"] == true;
        assert!(!required || answer.headers.contains_key(header.0.as_str()), "{answer:?}");
    }
}

fn operation(path: &str) -> Option<&'static Value> {
    let fits = |template: &str| {
        let (mine, theirs) = (path.split('/'), template.split('/'));
        mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(mine, theirs)| mine == theirs || theirs.starts_with('{'))
    };
    DOCUMENT["paths"].as_object()?.iter().find(|(template, _)| fits(template)).map(|(_, it)| it)
}
