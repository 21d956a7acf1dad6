//! Several servers on one Postgres: races, crashes, lost acknowledgements, backups.
//!
//! `MFA_TEST_POSTGRES` is the URL of a Postgres server where databases can be created.

mod cluster;
mod crashes;
mod proxy;

use crate::harness::process;
use cluster::{Cluster, code};
use serde_json::json;

/// How many times two servers are offered the same code at once.
const ROUNDS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn of_two_servers_that_are_offered_one_code_at_once_one_accepts_it() {
    let cluster = Cluster::new().await;
    let servers = [cluster.setup.serve(), cluster.setup.serve()];
    let (mut both_busy, mut accepted_by) = (0, [0, 0]);
    for round in 0..ROUNDS {
        let (user, app) = cluster.enrolled_user(&servers[0]).await;
        let apis = [0, 1].map(|server| cluster.api(&servers[server], &user));
        let tokens = [apis[0].mfa_token().await, apis[1].mfa_token().await];
        let offered = code(&app, 0);
        let [one, other] = [0, 1].map(|server| {
            let (api, token, offered) =
                (apis[server].clone(), tokens[server].clone(), offered.clone());
            tokio::spawn(async move { api.otp(&token, &offered).await })
        });
        let answers = [one.await.unwrap(), other.await.unwrap()];
        let accepted: Vec<_> = (0..2).filter(|server| answers[*server].status == 200).collect();
        assert_eq!(accepted.len(), 1, "round {round}: {answers:?}");
        accepted_by[accepted[0]] += 1;
        let refused = &answers[1 - accepted[0]];
        assert!(matches!(refused.status, 403 | 503), "round {round}: {refused:?}");
        both_busy += usize::from(refused.status == 503);
    }
    println!("{ROUNDS} rounds, accepted by {accepted_by:?}, {both_busy} told to try again");
    assert_eq!(both_busy, 0, "two contenders never exhaust the retries");
    let conflicts: u64 = metric(&servers[0].base, "mfa_conflicts_total").await
        + metric(&servers[1].base, "mfa_conflicts_total").await;
    println!("{conflicts} lost races");
    assert!(conflicts > 0, "the servers never met: the test shows nothing");
}

async fn metric(base: &str, name: &str) -> u64 {
    let text = reqwest::get(format!("{base}metrics")).await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().parse().unwrap()
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn wrong_codes_lock_on_all_servers_whatever_the_token() {
    let cluster = Cluster::new().await;
    let servers = [cluster.setup.serve(), cluster.setup.serve()];
    let (user, app) = cluster.enrolled_user(&servers[0]).await;
    let apis = [0, 1].map(|server| cluster.api(&servers[server], &user));
    for turn in 0..10 {
        let api = &apis[turn % 2];
        api.otp(&api.mfa_token().await, cluster::wrong_code(&app))
            .await
            .expect(403, "invalid_grant");
    }
    for api in &apis {
        let locked = api.otp(&api.mfa_token().await, &code(&app, 0)).await;
        locked.expect(429, "too_many_attempts");
        assert!(locked.retry_after().is_some());
    }
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn tokens_of_one_server_are_good_on_the_other() {
    let cluster = Cluster::new().await;
    let servers = [cluster.setup.serve(), cluster.setup.serve()];
    let (user, app) = cluster.enrolled_user(&servers[0]).await;
    let apis = [0, 1].map(|server| cluster.api(&servers[server], &user));
    let mfa_token = apis[0].mfa_token_for_mfa().await;
    let access = apis[1].otp(&mfa_token, &code(&app, 0)).await.text("access_token");
    let list = apis[0].get("/mfa/authenticators", &access).await;
    assert_eq!(list.ok().as_array().unwrap().len(), 2);
    let sms = json!({
        "authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "+15555559167",
    });
    let sent = apis[1].associate(&access, sms).await;
    let said = apis[0].oob(&access, &sent.text("oob_code"), Some("0000000")).await;
    said.expect(403, "invalid_grant").saying("Invalid binding_code.");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn a_lost_acknowledgement_grants_nothing_and_the_next_code_works() {
    let cluster = Cluster::new().await;
    let proxy = proxy::Proxy::start(&cluster).await;
    let through = process::Setup { database: proxy.url.clone(), ..cluster.setup.clone() };
    let server = through.serve();
    let (user, app) = cluster.enrolled_user(&server).await;
    let api = cluster.api(&server, &user);
    let mfa_token = api.mfa_token().await;
    let first = code(&app, 0);
    proxy.lose_next_update();
    let answer = api.otp(&mfa_token, &first).await;
    assert!(proxy.lost(), "the acknowledgement got through");
    answer.expect(503, "temporarily_unavailable");
    assert_eq!(answer.retry_after(), Some(1));
    // It was stored: the code is used up, and was counted as used by nobody else.
    api.otp(&mfa_token, &first).await.expect(403, "invalid_grant");
    api.otp(&mfa_token, &code(&app, 1)).await.ok();
    assert_eq!(metric(&server.base, "mfa_unknown_writes_total").await, 1);
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn what_was_used_after_a_backup_is_not_usable_again_when_it_is_restored() {
    let cluster = Cluster::new().await;
    let server = cluster.setup.serve();
    let (user, app) = cluster.enrolled_user(&server).await;
    let api = cluster.api(&server, &user);
    let before = api.mfa_token().await;
    cluster.sql("CREATE TABLE backup AS SELECT * FROM records").await;
    let (used, recovery_code) = (code(&app, 0), app.recovery_code.clone());
    api.otp(&before, &used).await.ok();
    api.recover(&before, &recovery_code).await.ok();
    drop(server);
    cluster.sql("DELETE FROM records").await;
    cluster.sql("INSERT INTO records SELECT * FROM backup").await;
    let accounts = cluster.users().await;
    let said = cluster.setup.succeed(&["restored"], "");
    assert_eq!(said.trim(), format!("{accounts} accounts made safe"));

    let server = cluster.setup.serve();
    let api = cluster.api(&server, &user);
    api.otp(&before, &used).await.expect(401, "invalid_grant");
    let mfa_token = api.mfa_token().await;
    api.otp(&mfa_token, &used).await.expect(403, "invalid_grant");
    api.recover(&mfa_token, &recovery_code).await.expect(403, "invalid_grant");
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn servers_that_start_together_on_an_empty_database_share_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let setup = process::Setup {
        database: cluster::empty_database().await,
        // A key file, too, that neither has yet.
        key: None,
        folder: folder.path().to_owned(),
    };
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let setup = setup.clone();
            std::thread::spawn(move || setup.serve())
        })
        .collect();
    let servers: Vec<_> = starting.into_iter().map(|one| one.join().unwrap()).collect();
    let mut keys = Vec::new();
    for server in &servers {
        let url = format!("{}.well-known/jwks.json", server.base);
        keys.push(reqwest::get(url).await.unwrap().text().await.unwrap());
    }
    keys.dedup();
    assert_eq!(keys.len(), 1, "{keys:?}");
}
