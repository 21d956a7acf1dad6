//! An answer, and what a test expects of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// Null if it is not JSON.
    pub body: Value,
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        &self.body
    }

    /// Expects an error.
    #[track_caller]
    pub fn expect(&self, status: u16, error: &str) -> &Self {
        assert_eq!((self.status, self.body["error"].as_str()), (status, Some(error)), "{self:?}");
        self
    }

    /// Expects what the error says.
    #[track_caller]
    pub fn saying(&self, description: &str) -> &Self {
        assert_eq!(self.body["error_description"], description, "{self:?}");
        self
    }

    /// A text in the body.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        let text = self.body[name].as_str();
        text.unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }

    pub fn retry_after(&self) -> Option<u64> {
        self.headers.get("retry-after")?.to_str().ok()?.parse().ok()
    }
}
