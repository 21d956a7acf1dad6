//! What a login gets: access token, id token, recovery code.

use super::ApiError;
use crate::accounts::Record;
use crate::app::App;
use crate::random::random;
use crate::tokens::{AccessClaims, IdClaims, token_id};
use mfa_core::{AccountId, Entropy, Grant, Refused, Scopes, Ticket};
use serde_json::{Value, json};

/// How long an access token is valid, in seconds.
const ACCESS_LIFE: u64 = 86_400;
/// How long one for the MFA audience is: as its ticket.
const MFA_ACCESS_LIFE: u64 = 600;

const OIDC_SCOPES: [&str; 3] = ["openid", "profile", "email"];
const MFA_SCOPES: [(&str, Scopes); 3] = [
    ("enroll", Scopes::ENROLL),
    ("read:authenticators", Scopes::READ_AUTHENTICATORS),
    ("remove:authenticators", Scopes::REMOVE_AUTHENTICATORS),
];

/// What a client asks a token for.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) client: String,
    pub(super) audience: String,
    /// As it will be granted.
    pub(super) scope: String,
}

impl Wish {
    /// What is granted of what was asked for.
    pub(super) fn new(
        app: &App,
        client: &str,
        audience: Option<&str>,
        scope: Option<&str>,
    ) -> Result<Self, ApiError> {
        let settings = &app.settings;
        let audience = match audience {
            None | Some("") => settings.userinfo_audience(),
            Some(known)
                if known == settings.mfa_audience()
                    || known == settings.userinfo_audience()
                    || settings.audiences.iter().any(|one| one == known) =>
            {
                known.to_owned()
            }
            Some(_) => {
                return Err(ApiError::access_denied("The audience is not known here"));
            }
        };
        let is_mfa = audience == settings.mfa_audience();
        let scope = match scope {
            None if is_mfa => MFA_SCOPES.map(|(name, _)| name).join(" "),
            None => String::new(),
            Some(asked) => {
                let known = |one: &&str| {
                    OIDC_SCOPES.contains(one)
                        || (is_mfa && MFA_SCOPES.iter().any(|(name, _)| name == one))
                };
                let mut granted: Vec<_> = asked.split(' ').filter(known).collect();
                granted.dedup();
                granted.join(" ")
            }
        };
        Ok(Self { client: client.to_owned(), audience, scope })
    }

    pub(super) fn is_mfa(&self, app: &App) -> bool {
        self.audience == app.settings.mfa_audience()
    }

    fn has(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|one| one == scope)
    }

    fn ticket_scopes(&self) -> Scopes {
        let named = MFA_SCOPES.into_iter().filter(|(name, _)| self.has(name));
        named.fold(Scopes::NONE, |all, (_, scope)| all | scope)
    }
}

/// How a user has proved who they are.
pub(super) enum Proof<'a> {
    /// By a password, which is enough here.
    Password(&'a Record),
    /// By a password and a second factor.
    SecondFactor(&'a Grant),
}

/// The answer to a login.
pub(super) async fn issue(
    app: &App,
    wish: &Wish,
    account: AccountId,
    proof: Proof<'_>,
) -> Result<Value, ApiError> {
    let now = app.clock.now();
    let is_mfa = wish.is_mfa(app);
    let life = if is_mfa { MFA_ACCESS_LIFE } else { ACCESS_LIFE };
    let ticket = is_mfa.then(|| ticket(app, wish, &proof)).transpose()?;
    let claims = AccessClaims {
        iss: app.settings.issuer.clone(),
        sub: crate::ids::subject(account),
        aud: wish.audience.clone(),
        iat: now,
        exp: now.saturating_add(life),
        jti: token_id(),
        azp: wish.client.clone(),
        scope: wish.scope.clone(),
        gty: None,
        ticket: ticket.map(|ticket| app.tokens.seal_ticket(&ticket)),
    };
    let mut answer = json!({
        "access_token": app.tokens.signer.sign(&claims),
        "expires_in": life,
        "scope": wish.scope,
        "token_type": "Bearer",
    });
    if wish.has("openid") {
        answer["id_token"] = json!(id_token(app, wish, account, &proof, now).await?);
    }
    if let Proof::SecondFactor(grant) = proof
        && let Some(code) = grant.recovery_code()
    {
        answer["recovery_code"] = json!(code.text().as_str());
    }
    Ok(answer)
}

/// The core's ticket inside of a token for the MFA audience: its authority is that of the
/// proof, whatever the scopes.
fn ticket(app: &App, wish: &Wish, proof: &Proof<'_>) -> Result<Ticket, ApiError> {
    let (mut bytes, cx) = (random::<16>(), app.context());
    let entropy = Entropy::new(&mut bytes);
    let scopes = wish.ticket_scopes();
    let ticket = match proof {
        Proof::Password(record) => record.first_factor_ticket(scopes, entropy, &cx),
        Proof::SecondFactor(grant) => grant.ticket(scopes, entropy, &cx),
    };
    ticket.map_err(|error| ApiError::internal(&Refused::from(error)))
}

async fn id_token(
    app: &App,
    wish: &Wish,
    account: AccountId,
    proof: &Proof<'_>,
    now: u64,
) -> Result<String, ApiError> {
    let user = app.database.user_of(account).await?;
    let name = user.map(|user| user.name);
    let second: &[&str] = match proof {
        Proof::Password(_) => &[],
        Proof::SecondFactor(grant) => grant.method().amr(),
    };
    let is_mail = |name: &String| name.contains('@');
    let claims = IdClaims {
        iss: app.settings.issuer.clone(),
        sub: crate::ids::subject(account),
        aud: wish.client.clone(),
        iat: now,
        exp: now.saturating_add(ACCESS_LIFE),
        auth_time: now,
        amr: ["pwd"].iter().chain(second).map(ToString::to_string).collect(),
        email: name.clone().filter(is_mail).filter(|_| wish.has("email")),
        name: name.filter(|_| wish.has("profile")),
    };
    Ok(app.tokens.signer.sign(&claims))
}
