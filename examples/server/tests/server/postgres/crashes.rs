//! A server that dies between a decision and its answer. Needs the feature `faults`.

use super::cluster::{Cluster, code, wrong_code};
use crate::harness::api::*;
use crate::harness::process::Process;

/// A server that dies at this point of the next decision.
fn doomed(cluster: &Cluster, point: &str) -> Process {
    cluster.setup.serve_with(&[], &[("MFA_FAULT", point)])
}

/// Presents a code to a server that dies of it: nobody is answered.
async fn present(cluster: &Cluster, user: &str, point: &str, mfa_token: &str, otp: &str) {
    let server = doomed(cluster, point);
    let url = format!("{}oauth/token", server.base);
    let fields = [
        ("grant_type", MFA_OTP),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("mfa_token", mfa_token),
        ("otp", otp),
    ];
    let answer = reqwest::Client::new().post(url).form(&fields).send().await;
    assert!(answer.is_err(), "{user} was answered: {answer:?}; is the feature `faults` on?");
    assert!(server.died());
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn a_code_whose_answer_was_lost_with_the_server_is_used_up() {
    let cluster = Cluster::new().await;
    let server = cluster.setup.serve();
    let (user, app) = cluster.enrolled_user(&server).await;
    let api = cluster.api(&server, &user);
    let mfa_token = api.mfa_token().await;
    let otp = code(&app, 0);
    present(&cluster, &user, "before-answer", &mfa_token, &otp).await;
    api.otp(&mfa_token, &otp).await.expect(403, "invalid_grant");
    api.otp(&mfa_token, &code(&app, 1)).await.ok();
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn a_code_whose_decision_was_lost_with_the_server_is_unused() {
    let cluster = Cluster::new().await;
    let server = cluster.setup.serve();
    let (user, app) = cluster.enrolled_user(&server).await;
    let api = cluster.api(&server, &user);
    let mfa_token = api.mfa_token().await;
    let otp = code(&app, 0);
    present(&cluster, &user, "before-write", &mfa_token, &otp).await;
    api.otp(&mfa_token, &otp).await.ok();
    api.otp(&mfa_token, &otp).await.expect(403, "invalid_grant");
}

#[tokio::test]
#[ignore = "needs Postgres: see .ci/steps/62-server-postgres"]
async fn wrong_codes_count_though_the_server_dies_of_each() {
    let cluster = Cluster::new().await;
    let server = cluster.setup.serve();
    let (user, app) = cluster.enrolled_user(&server).await;
    let api = cluster.api(&server, &user);
    let mfa_token = api.mfa_token().await;
    for _ in 0..10 {
        present(&cluster, &user, "before-answer", &mfa_token, wrong_code(&app)).await;
    }
    api.otp(&mfa_token, &code(&app, 0)).await.expect(429, "too_many_attempts");
}
