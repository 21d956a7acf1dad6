//! The real binary: commands, files, restarts, logs.

use crate::harness::api::*;
use crate::harness::process::{ISSUER, Setup};
use data_encoding::{BASE32_NOPAD, BASE64};
use serde_json::{Value, json};
use std::fs;
use std::time::SystemTime;
use tempfile::TempDir;

/// An empty folder, with a user and a client in its database.
fn setup() -> (Setup, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let setup =
        Setup { database: "sqlite:test.db".into(), key: None, folder: folder.path().to_owned() };
    let user = setup.succeed(&["user", "add", USER], &format!("{PASSWORD}\n"));
    assert!(user.starts_with("user|"), "{user}");
    setup.succeed(&["client", "add", CLIENT, "--secret-stdin"], &format!("{SECRET}\n"));
    (setup, folder)
}

/// A code of now, or so many steps from now.
fn code(app: &Enrolled, steps: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    app.totp.code(now.saturating_add_signed(30 * steps)).text().as_str().to_owned()
}

async fn enroll(api: &Api) -> Enrolled {
    let mfa_token = api.mfa_token().await;
    let app = api.associate_otp(&mfa_token).await;
    // The current one: it is still good if a step begins meanwhile.
    api.otp(&mfa_token, &code(&app, 0)).await.ok();
    app
}

#[tokio::test]
async fn what_is_enrolled_outlives_the_process_and_nothing_secret_lies_in_the_open() {
    let (setup, folder) = setup();
    let server = setup.serve();
    let api = Api::new(&server.base, ISSUER, USER);
    let app = enroll(&api).await;
    let answer = api.recover(&api.mfa_token_for_mfa().await, &app.recovery_code).await;
    let access = answer.text("access_token");
    let number = "+15555559167";
    let body = json!({
        "authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": number,
    });
    let sent = api.associate(&access, body).await;
    let outbox = setup.succeed(&["outbox"], "");
    let messages = outbox.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sms = messages.map(|it| it["message"].clone()).find(|it| it["channel"] == "sms").unwrap();
    assert_eq!(sms["to"], number);
    api.oob(&access, &sent.text("oob_code"), sms["code"].as_str()).await.ok();
    assert!(server.stop(), "a graceful end");

    let server = setup.serve();
    let api = Api::new(&server.base, ISSUER, USER);
    let mfa_token = api.mfa_token().await;
    api.otp(&mfa_token, &code(&app, 1)).await.ok();
    assert!(server.stop());

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path().join("mfa-server.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let secret = sent_secret(&app);
    for file in fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let code = sms["code"].as_str().unwrap();
        for open in [number.as_bytes(), &secret, app.recovery_code.as_bytes(), code.as_bytes()] {
            let found = bytes.windows(open.len()).any(|window| window == open);
            assert!(!found, "{} holds a secret", path.display());
        }
    }
}

/// The bytes of the app's secret.
fn sent_secret(app: &Enrolled) -> Vec<u8> {
    BASE32_NOPAD.decode(app.secret.as_bytes()).unwrap()
}

#[tokio::test]
async fn logs_hold_no_secret_and_no_name() {
    let (setup, _folder) = setup();
    let server = setup.serve_with(&[], &[("RUST_LOG", "trace")]);
    let api = Api::new(&server.base, ISSUER, USER);
    let app = enroll(&api).await;
    let mfa_token = api.mfa_token_for_mfa().await;
    let otp = code(&app, 1);
    let answer = api.otp(&mfa_token, &otp).await;
    let access = answer.text("access_token");
    api.delete(&app.id, &access).await.ok();
    // Codes of six digits are too short to be looked for among other numbers.
    let log = server.log();
    assert!(log.contains("\"route\":\"/oauth/token\""), "{log}");
    let secrets =
        [PASSWORD, SECRET, &mfa_token, &access, &app.secret, &app.recovery_code, "alice", "otp="];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[tokio::test]
async fn keys_are_rotated_under_a_running_server_and_the_operators_too() {
    let (mut setup, folder) = setup();
    let old = fs::read_to_string(folder.path().join("mfa-server.key")).unwrap().trim().to_owned();
    let server = setup.serve();
    let api = Api::new(&server.base, ISSUER, USER);
    let app = enroll(&api).await;
    setup.succeed(&["key", "rotate"], "");
    api.otp(&api.mfa_token().await, &code(&app, 1)).await.ok();
    assert!(server.stop());

    let new = BASE64.encode(&[7; 32]);
    setup.key = Some(new.clone());
    assert!(!setup.run(&["outbox"], "").status.success(), "the data keys are under the old one");
    setup.key = Some(format!("{new},{old}"));
    setup.succeed(&["key", "rotate"], "");
    setup.key = Some(new);
    setup.succeed(&["outbox"], "");
    let server = setup.serve();
    let api = Api::new(&server.base, ISSUER, USER);
    api.recover(&api.mfa_token().await, &app.recovery_code).await.ok();
    setup.key = Some(old);
    assert!(!setup.run(&["outbox"], "").status.success(), "the old one opens nothing now");
}

#[test]
fn commands_say_what_is_wrong() {
    let (setup, _folder) = setup();
    for (arguments, input, reason) in [
        (&["user", "add", USER][..], "long enough\n", "there is a user"),
        (&["user", "add", "bob"], "short\n", "at least 8"),
        (&["user", "add", "a:b"], "long enough\n", "colon"),
        (&["client", "add", CLIENT], "", "there is a client"),
        (&["client", "add", "https://api.example/"], "", "letters"),
        (&["client", "add", "other", "--secret-stdin"], "\n", "empty"),
        (&["serve", "--database", "sqlite:/nowhere/at/all.db"], "", "database"),
    ] {
        let output = setup.run(arguments, input);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(reason), "{arguments:?}: {said}");
    }
    assert_eq!(setup.succeed(&["restored"], "").trim(), "1 accounts made safe");
    let secret = setup.succeed(&["client", "add", "other"], "");
    assert_eq!(secret.trim().len(), 43);
}
