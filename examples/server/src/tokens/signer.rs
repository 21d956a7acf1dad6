//! The key that signs JWTs, and its public half for everybody (RFC 7517, RFC 7519).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// How tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SigningAlgorithm {
    #[default]
    Rs256,
    Es256,
}

impl SigningAlgorithm {
    /// Its name in JOSE.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// What makes a key for it, in PKCS #8.
    pub(super) fn generator(self) -> fn() -> Zeroizing<Vec<u8>> {
        match self {
            Self::Rs256 => || {
                let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("a key can be written");
                Zeroizing::new(der.as_ref().to_vec())
            },
            Self::Es256 => || {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                    .expect("a key can be made");
                let der = pair.to_pkcs8v1().expect("a key can be written");
                Zeroizing::new(der.as_ref().to_vec())
            },
        }
    }

    fn jose(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Es256 => Algorithm::ES256,
        }
    }
}

/// Signs and verifies this server's JWTs.
pub struct Signer {
    algorithm: SigningAlgorithm,
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
}

impl Signer {
    pub(super) fn new(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Option<Self> {
        let body = Zeroizing::new(BASE64.encode(pkcs8));
        let mut pem = Zeroizing::new(String::from("-----BEGIN PRIVATE KEY-----\n"));
        for line in body.as_bytes().chunks(64) {
            pem.push_str(std::str::from_utf8(line).ok()?);
            pem.push('\n');
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        let encoding = match algorithm {
            SigningAlgorithm::Rs256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            SigningAlgorithm::Es256 => EncodingKey::from_ec_pem(pem.as_bytes()),
        };
        let encoding = encoding.ok()?;
        let mut jwk = Jwk::from_encoding_key(&encoding, algorithm.jose()).ok()?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256);
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        let mut header = Header::new(algorithm.jose());
        header.kid = Some(kid);
        Some(Self { algorithm, header, encoding, decoding, jwk })
    }

    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The public key.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub fn sign(&self, claims: &impl Serialize) -> String {
        jsonwebtoken::encode(&self.header, claims, &self.encoding)
            .expect("claims are JSON, and the key has signed before")
    }

    /// The claims of a token that this server signed for this audience. Whether its time is
    /// over is the caller's to see.
    pub fn verify<C: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
    ) -> Option<C> {
        let mut validation = Validation::new(self.algorithm.jose());
        validation.set_audience(&[audience]);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["aud", "iss", "exp", "sub"]);
        validation.validate_exp = false;
        Some(jsonwebtoken::decode::<C>(token, &self.decoding, &validation).ok()?.claims)
    }
}

/// A fresh name for a token.
pub(crate) fn token_id() -> String {
    BASE64URL_NOPAD.encode(&crate::random::random::<16>())
}
