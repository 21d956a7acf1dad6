//! `mfa-server serve --demo`: a user, clients, and what to type.

use super::{NewClient, Outcome, add_client, add_user};
use crate::app::App;
use crate::page;

const USER: &str = "alice@example.com";
const PASSWORD: &str = "correct horse battery staple";
const CLIENT: &str = "demo";
const SECRET: &str = "demo-secret";
/// A client that may manage users.
const MANAGEMENT_CLIENT: &str = "demo-management";

pub(super) async fn fill(app: &App) -> Outcome {
    add_user(app, USER, PASSWORD.to_owned()).await?;
    let clients = [
        NewClient { id: CLIENT, secret: Some(SECRET), management: false },
        NewClient { id: page::CLIENT, secret: None, management: false },
        NewClient { id: MANAGEMENT_CLIENT, secret: Some(SECRET), management: true },
    ];
    for client in clients {
        add_client(app, client).await?;
    }
    Ok(())
}

/// What to type in another terminal, in this order.
pub(super) fn walk_through(issuer: &str) -> String {
    let field = |name: &str| format!("sed 's/.*\"{name}\":\"\\([^\"]*\\)\".*/\\1/'");
    let (mfa_token, secret) = (field("mfa_token"), field("secret"));
    let (recovery, access) = (field("recovery_code"), field("access_token"));
    let recovery_codes = "sed 's/.*\"recovery_codes\":\\[\"\\([^\"]*\\)\".*/\\1/'";
    let client = format!("-d client_id={CLIENT} -d client_secret={SECRET}");
    let password = format!(
        "curl -s {issuer}oauth/token -d grant_type=password -d username={USER} \
         --data-urlencode 'password={PASSWORD}' {client}"
    );
    let mfa_audience = format!("-d audience={issuer}mfa/");
    let grant = "grant_type=http://auth0.com/oauth/grant-type";
    format!(
        r#"
mfa-server is at {issuer} with user {USER}, password "{PASSWORD}",
client {CLIENT}, secret {SECRET}. Everything is in memory. Open it in a browser, or in another
terminal:

# 1. The password is right, but not enough: 403 mfa_required.
{password} -d scope=openid; echo
MFA_TOKEN=$({password} -d scope=openid | {mfa_token})

# 2. Enroll an authenticator app: scan barcode_uri, or go on without a phone.
ENROLLED=$(curl -s {issuer}mfa/associate -H "Authorization: Bearer $MFA_TOKEN" -H 'Content-Type: application/json' -d '{{"authenticator_types":["otp"]}}'); echo "$ENROLLED"
SECRET=$(echo "$ENROLLED" | {secret}); RECOVERY=$(echo "$ENROLLED" | {recovery_codes})

# 3. The app's first code confirms it, and signs in. (From the app, or from the example otp.)
curl -s {issuer}oauth/token -d {grant}/mfa-otp -d mfa_token=$MFA_TOKEN -d otp=$(cargo run -q --example otp -- code --secret $SECRET) {client}; echo

# 4. Next time: a challenge, and the next code, half a minute later.
MFA_TOKEN=$({password} -d scope=openid | {mfa_token})
curl -s {issuer}mfa/challenge -H 'Content-Type: application/json' -d '{{"mfa_token":"'$MFA_TOKEN'","client_id":"{CLIENT}","challenge_type":"otp oob"}}'; echo
sleep 30; curl -s {issuer}oauth/token -d {grant}/mfa-otp -d mfa_token=$MFA_TOKEN -d otp=$(cargo run -q --example otp -- code --secret $SECRET) {client}; echo

# 5. The phone is lost: the recovery code signs in once, and is replaced.
MFA_TOKEN=$({password} {mfa_audience} -d 'scope=enroll read:authenticators remove:authenticators' | {mfa_token})
RECOVERED=$(curl -s {issuer}oauth/token -d {grant}/mfa-recovery-code -d mfa_token=$MFA_TOKEN -d recovery_code=$RECOVERY {client}); echo "$RECOVERED"
RECOVERY=$(echo "$RECOVERED" | {recovery}); ACCESS=$(echo "$RECOVERED" | {access})

# 6. With a token for the MFA audience: list the authenticators, remove the lost one.
curl -s {issuer}mfa/authenticators -H "Authorization: Bearer $ACCESS"; echo
ID=$(curl -s {issuer}mfa/authenticators -H "Authorization: Bearer $ACCESS" | sed 's/.*"id":"totp|\([^"]*\)".*/totp%7C\1/')
curl -s -i -X DELETE {issuer}mfa/authenticators/$ID -H "Authorization: Bearer $ACCESS"

"#
    )
}
