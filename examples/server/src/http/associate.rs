//! `POST /mfa/associate`: a new authenticator, which waits for its confirmation.

mod contact;

use self::contact::{Address, address};
use super::ApiError;
use super::authenticators::api_channel;
use super::bearer::{bearer, presented};
use super::body::{Fields, JsonBody};
use crate::accounts::Failed;
use crate::app::App;
use crate::ids::{ApiId, ApiKind};
use crate::random::random;
use crate::storage::{ContactRow, DeviceRow, StorageError};
use crate::tokens::{OobCode, PushQuestion};
use crate::vault::Place;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use mfa_core::{
    AccountId, Associate, AssociateOutOfBand, AssociatedOutOfBand, Channel, Entropy, Kind, Label,
    NewAuthenticator, RecoveryCodes, Reference, Ticket, TotpParameters,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// How long a QR code for a device can be scanned, in seconds.
const SCAN_LIFE: u64 = 300;

/// `POST /mfa/associate`
pub(super) async fn associate(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonBody(fields): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let ticket = presented(&app, bearer(&headers)?)?.token.ticket;
    match wanted(&app, &ticket, &fields).await? {
        Wanted::Otp => otp(&app, &ticket).await.map(Json),
        Wanted::OutOfBand(address) => out_of_band(&app, &ticket, address).await.map(Json),
    }
}

enum Wanted {
    Otp,
    OutOfBand(Address),
}

async fn wanted(app: &App, ticket: &Ticket, fields: &Fields) -> Result<Wanted, ApiError> {
    let types = fields.optional_texts("authenticator_types")?.ok_or_else(|| {
        ApiError::invalid_request("Missing required parameter: authenticator_types")
    })?;
    match types.as_slice() {
        ["otp"] => Ok(Wanted::Otp),
        ["oob"] => {
            let user = app.database.user_of(ticket.parts().account).await?;
            let own = user.map(|user| user.name);
            address(fields, own.as_deref()).map(Wanted::OutOfBand)
        }
        _ => Err(ApiError::invalid_request(
            "Invalid parameter: authenticator_types must be [\"otp\"] or [\"oob\"]",
        )),
    }
}

async fn otp(app: &App, ticket: &Ticket) -> Result<Value, ApiError> {
    let account = ticket.parts().account;
    let (_, associated) = app
        .settle(account, |record, cx| {
            let mut bytes = random::<64>();
            let associate = Associate {
                ticket,
                authenticator: NewAuthenticator::Totp(TotpParameters::default()),
                label: Label::default(),
                entropy: Entropy::new(&mut bytes),
            };
            let refused = |reason| Failed::Refused { reason, now: cx.now };
            record.decide(associate, cx).map_err(refused)
        })
        .await?;
    let name = user_name(app, account).await?;
    let mut uri = String::new();
    if let Some(card) = associated.uri(app.settings.tenant(), &name) {
        card.write_to(&mut uri).map_err(|error| ApiError::internal(&error))?;
    }
    let id = ApiId { kind: ApiKind::Factor(Kind::Totp), id: associated.authenticator };
    let answer = json!({
        "id": id.to_string(),
        "authenticator_type": "otp",
        "secret": associated.secret.to_base32().as_str(),
        "barcode_uri": uri,
    });
    Ok(with_recovery_codes(answer, &associated.recovery_codes))
}

async fn out_of_band(app: &App, ticket: &Ticket, address: Address) -> Result<Value, ApiError> {
    let account = ticket.parts().account;
    let reference = Reference::from_bytes(random());
    let channel = address.channel;
    if let Some(to) = &address.to {
        let sealed = app.data_keys.seal(Place::Contact(reference), to.as_bytes()).await?;
        let contact = ContactRow { reference, account, sealed };
        app.database.insert_contact(&contact, app.clock.now()).await?;
    }
    let decided = app.settle(account, |record, cx| {
        let mut bytes = random::<64>();
        let associate = AssociateOutOfBand {
            ticket,
            channel,
            reference,
            label: address.label.clone(),
            entropy: Entropy::new(&mut bytes),
        };
        let refused = |reason| Failed::Refused { reason, now: cx.now };
        record.decide(associate, cx).map_err(refused)
    });
    let associated = match decided.await {
        Ok((_, associated)) => associated,
        Err(failed) => {
            // Where the record may have been stored, it needs the contact.
            if !matches!(failed, Failed::Unknown) {
                app.database.forget(&[reference]).await?;
            }
            return Err(failed.into());
        }
    };
    let AssociatedOutOfBand { authenticator, delivery, recovery_codes, .. } = &associated;
    let id = ApiId { kind: ApiKind::Factor(Kind::OutOfBand(channel)), id: *authenticator };
    let oob_code = app.tokens.seal_oob_code(&OobCode {
        ticket: ticket.parts().id,
        authenticator: *authenticator,
        challenge: delivery.challenge,
        channel,
    });
    let mut answer = json!({
        "id": id.to_string(),
        "authenticator_type": "oob",
        "oob_channel": api_channel(channel),
        "oob_code": oob_code,
    });
    if channel == Channel::Push {
        // The device is not there yet: it is asked when it enrolls.
        answer["barcode_uri"] = json!(expect_device(app, account, &associated).await?);
        answer["number"] = json!(delivery.code.text().as_str());
    } else {
        answer["binding_method"] = json!("prompt");
        app.send(account, delivery).await?;
    }
    Ok(with_recovery_codes(answer, recovery_codes))
}

/// Keeps what the device will be given when it shows that it scanned the QR code, and gives
/// what the code says.
async fn expect_device(
    app: &App,
    account: AccountId,
    associated: &AssociatedOutOfBand,
) -> Result<String, ApiError> {
    let transaction = crate::tokens::token_id();
    let AssociatedOutOfBand { delivery, twin, .. } = associated;
    let reference = delivery.reference;
    let question = PushQuestion { account, reference, challenge: delivery.challenge };
    let gift = json!({
        "challenge": app.tokens.seal_question(&question),
        "secret": twin.as_ref().map(|secret| secret.to_base32().as_str().to_owned()),
    });
    let place = Place::Device(reference);
    let sealed = app.data_keys.seal(place, gift.to_string().as_bytes()).await?;
    let device = DeviceRow {
        reference,
        account,
        enrollment: super::push::hash_transaction(&transaction),
        expires: app.clock.now().saturating_add(SCAN_LIFE),
        public_key: None,
        sealed,
    };
    app.database.insert_device(&device).await?;
    let label = format!("{}:{}", app.settings.tenant(), user_name(app, account).await?);
    let escape = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // In a path a space is %20.
    let label = escape(&label).replace('+', "%20").replacen("%3A", ":", 1);
    let base_url = escape(&app.settings.issuer);
    Ok(format!("otpauth://totp/{label}?enrollment_tx_id={transaction}&base_url={base_url}"))
}

async fn user_name(app: &App, account: AccountId) -> Result<String, ApiError> {
    let user = app.database.user_of(account).await?;
    Ok(user.ok_or(StorageError::Impossible("an account without a user"))?.name)
}

fn with_recovery_codes(mut answer: Value, codes: &RecoveryCodes) -> Value {
    if !codes.is_empty() {
        answer["recovery_codes"] = codes.iter().map(|code| json!(code.text().as_str())).collect();
    }
    answer
}
