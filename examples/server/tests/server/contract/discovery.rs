//! Discovery and keys: tokens can be verified with what the server publishes.

use crate::harness::server::*;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use mfa_server::app::Mfa;
use mfa_server::tokens::SigningAlgorithm;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn tokens_verify_with_the_published_keys() {
    for signing in [SigningAlgorithm::Rs256, SigningAlgorithm::Es256] {
        let server = Server::start_with(Mfa::Enrolled, signing).await;
        let path = "/.well-known/openid-configuration";
        let configuration = server.send(Method::GET, path, With::default()).await;
        assert_eq!(configuration.text("issuer"), server.base);
        assert_eq!(configuration.text("token_endpoint"), format!("{}oauth/token", server.base));
        let keys = configuration.text("jwks_uri").replace(&server.base, "/");
        let keys = server.send(Method::GET, &keys, With::default()).await;
        assert!(!keys.text.contains("\"d\""), "private: {keys:?}");
        let keys: JwkSet = serde_json::from_str(&keys.text).unwrap();

        let answer = server.password(&[("scope", "openid profile")]).await;
        let audience = format!("{}userinfo", server.base);
        for (token, audience) in
            [(answer.text("access_token"), audience.as_str()), (answer.text("id_token"), CLIENT)]
        {
            let header = decode_header(&token).unwrap();
            let key = keys.find(header.kid.as_deref().unwrap()).unwrap();
            let mut validation = Validation::new(header.alg);
            validation.set_audience(&[audience]);
            validation.set_issuer(&[&server.base]);
            let key = DecodingKey::from_jwk(key).unwrap();
            let claims = decode::<Value>(&token, &key, &validation).unwrap().claims;
            assert!(claims["sub"].as_str().unwrap().starts_with("user|"));
        }
    }
}
