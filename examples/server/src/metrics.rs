//! Numbers for Prometheus.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// What a login was tried with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    Password,
    Otp,
    Oob,
    RecoveryCode,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByFactor {
    factor: &'static str,
}

impl From<Factor> for ByFactor {
    fn from(factor: Factor) -> Self {
        let factor = match factor {
            Factor::Password => "password",
            Factor::Otp => "otp",
            Factor::Oob => "oob",
            Factor::RecoveryCode => "recovery-code",
        };
        Self { factor }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRequest {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoute {
    route: String,
}

pub struct Metrics {
    registry: Registry,
    attempts: Family<ByFactor, Counter>,
    acceptances: Family<ByFactor, Counter>,
    lockouts: Family<ByFactor, Counter>,
    conflicts: Counter,
    unknown_writes: Counter,
    deliveries_failed: Counter,
    requests: Family<ByRequest, Counter>,
    latency: Family<ByRoute, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("mfa");
        let mut metrics = Self {
            registry: Registry::default(),
            attempts: Family::default(),
            acceptances: Family::default(),
            lockouts: Family::default(),
            conflicts: Counter::default(),
            unknown_writes: Counter::default(),
            deliveries_failed: Counter::default(),
            requests: Family::default(),
            latency: Family::new_with_constructor(|| {
                Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0])
            }),
        };
        registry.register("attempts", "Answers presented", metrics.attempts.clone());
        registry.register("acceptances", "Answers accepted", metrics.acceptances.clone());
        registry.register("lockouts", "Answers refused as locked", metrics.lockouts.clone());
        registry.register("conflicts", "Decisions run again", metrics.conflicts.clone());
        let help = "Writes of which it is not known whether they happened";
        registry.register("unknown_writes", help, metrics.unknown_writes.clone());
        let help = "Messages that could not be handed over";
        registry.register("deliveries_failed", help, metrics.deliveries_failed.clone());
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        let help = "Time until the answer";
        registry.register("http_latency_seconds", help, metrics.latency.clone());
        metrics.registry = registry;
        metrics
    }

    pub fn attempt(&self, factor: Factor) {
        self.attempts.get_or_create(&factor.into()).inc();
    }

    pub fn acceptance(&self, factor: Factor) {
        self.acceptances.get_or_create(&factor.into()).inc();
    }

    pub fn lockout(&self, factor: Factor) {
        self.lockouts.get_or_create(&factor.into()).inc();
    }

    pub fn conflict(&self) {
        self.conflicts.inc();
    }

    pub fn unknown_write(&self) {
        self.unknown_writes.inc();
    }

    pub fn delivery_failed(&self) {
        self.deliveries_failed.inc();
    }

    /// Counts a request, by its route and not by its path, which holds names.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let by_route = ByRoute { route: route.clone() };
        self.latency.get_or_create(&by_route).observe(took.as_secs_f64());
        self.requests.get_or_create(&ByRequest { method, route, status }).inc();
    }

    /// All of it, in OpenMetrics' text form.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes all text");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
