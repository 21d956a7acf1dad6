//! Verification and resynchronization over windows.

use super::{Operation, sink};
use crate::leaky;
use crate::sample::{ALGORITHMS, FORMATS, public_key, secret_key, secret_text};
use mfa_core::{Algorithm, Code, Format, Hotp, TimeSteps, Totp, Window};

const COUNTER: u64 = 1_000;
const NOW: u64 = 2_000_000_000;
const STEPS: TimeSteps = TimeSteps::new(std::num::NonZeroU64::new(30).unwrap(), 0);

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for algorithm in ALGORITHMS {
        for format in FORMATS {
            all.push(look_ahead(algorithm, format));
            all.push(around_now(algorithm, format));
        }
        all.push(hotp_resynchronization(algorithm));
        all.push(totp_resynchronization(algorithm));
    }
    all
}

fn hotps(algorithm: Algorithm, format: Format) -> (Hotp, Hotp) {
    let new = |key| Hotp::new(&key, algorithm, format).unwrap();
    (new(secret_key(20)), new(public_key(20)))
}

fn totps(algorithm: Algorithm, format: Format) -> (Totp, Totp) {
    let new = |key| Totp::new(&key, algorithm, format, STEPS).unwrap();
    (new(secret_key(20)), new(public_key(20)))
}

/// A code as a person types it, secret.
fn typed(code: &Code) -> Code {
    Code::parse(&secret_text(code.text().as_str()), code.format()).unwrap()
}

fn text(code: &Code) -> Vec<u8> {
    code.text().as_str().as_bytes().to_vec()
}

/// Twins of all that compares codes: the codes are the library's, the comparison is not.
fn with_leaks(operation: Operation, algorithm: Algorithm, format: Format) -> Operation {
    let codes = move || {
        let (secret, public) = hotps(algorithm, format);
        let window: Vec<_> = (COUNTER..=COUNTER + 3).map(|n| text(&secret.code(n))).collect();
        (window, text(&typed(&public.code(COUNTER + 1))))
    };
    operation
        .but("the window ends at the match", move || {
            let (window, typed) = codes();
            sink(leaky::first_equal(&window, &typed));
        })
        .but("a comparison ends at the first difference", move || {
            let (window, typed) = codes();
            window.iter().for_each(|code| sink(leaky::equal_until_different(code, &typed)));
        })
}

fn look_ahead(algorithm: Algorithm, format: Format) -> Operation {
    let name = format!("HOTP verification, {}, {format:?}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let (secret, public) = hotps(algorithm, format);
        for (shown, look_ahead, expected) in [
            (COUNTER, 0, Some(COUNTER)),
            (COUNTER + 1, 0, None),
            (COUNTER, 10, Some(COUNTER)),
            (COUNTER + 7, 10, Some(COUNTER + 7)),
            (COUNTER + 10, 10, Some(COUNTER + 10)),
            (COUNTER - 1, 10, None),
        ] {
            let code = typed(&public.code(shown));
            assert_eq!(secret.verify(&code, COUNTER, look_ahead), expected);
        }
    });
    with_leaks(operation, algorithm, format)
}

fn around_now(algorithm: Algorithm, format: Format) -> Operation {
    let name = format!("TOTP verification, {}, {format:?}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let (secret, public) = totps(algorithm, format);
        let now = STEPS.at(NOW);
        for (offset, window, expected) in [
            (-1, Window::default(), true),
            (1, Window::default(), true),
            (-2, Window::default(), false),
            (-3, Window::new(1, 1).drifted(-3), true),
            (-1, Window::default().after(Some(now - 1)), false),
            (0, Window::default().after(Some(now - 1)), true),
            (40, Window::new(50, 50), true),
        ] {
            let shown = public.code(NOW.saturating_add_signed(30 * offset));
            let matched = secret.verify(&typed(&shown), NOW, window);
            assert_eq!(matched.map(|matched| matched.offset), expected.then_some(offset));
        }
    });
    with_leaks(operation, algorithm, format)
}

/// The codes of three counters; the last of them wrong if `spoiled`.
fn three(hotp: &Hotp, first: u64, spoiled: bool) -> [Code; 3] {
    let last = if spoiled { first + 3 } else { first + 2 };
    [first, first + 1, last].map(|counter| typed(&hotp.code(counter)))
}

fn with_hasty_twin(operation: Operation, algorithm: Algorithm) -> Operation {
    let format = Format::default();
    let operation = operation.but("looks for the second code after the first only", move || {
        let (secret, public) = hotps(algorithm, format);
        let [first, second, _] = three(&public, COUNTER + 5, false);
        let window: Vec<_> = (COUNTER..COUNTER + 9).map(|n| text(&secret.code(n))).collect();
        for pair in window.windows(2) {
            if leaky::difference(&pair[0], &text(&first)) == 0 {
                sink(leaky::difference(&pair[1], &text(&second)));
            }
        }
    });
    with_leaks(operation, algorithm, format)
}

fn hotp_resynchronization(algorithm: Algorithm) -> Operation {
    let name = format!("HOTP resynchronization, {}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let (secret, public) = hotps(algorithm, Format::default());
        let [one, two, other] = three(&public, COUNTER + 20, true);
        let right = three(&public, COUNTER + 20, false);
        assert_eq!(secret.resynchronize(&right, COUNTER, 30), Some(COUNTER + 22));
        assert_eq!(secret.resynchronize(&[one, two], COUNTER, 30), Some(COUNTER + 21));
        let [one, two, _] = right;
        assert_eq!(secret.resynchronize(&[one, two, other.clone()], COUNTER, 30), None);
        assert_eq!(secret.resynchronize(&[other.clone(), other], COUNTER, 30), None);
    });
    with_hasty_twin(operation, algorithm)
}

fn totp_resynchronization(algorithm: Algorithm) -> Operation {
    let name = format!("TOTP resynchronization, {}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let (secret, public) = totps(algorithm, Format::default());
        let shown = |offset: i64| typed(&public.code(NOW.saturating_add_signed(30 * offset)));
        let wide = Window::new(50, 50);
        let slow = [shown(-33), shown(-32), shown(-31)];
        let matched = secret.resynchronize(&slow, NOW, wide).unwrap();
        assert_eq!(matched.offset, -31);
        let fast = [shown(40), shown(41)];
        assert_eq!(secret.resynchronize(&fast, NOW, wide).unwrap().offset, 41);
        assert_eq!(secret.resynchronize(&[shown(3), shown(5)], NOW, wide), None);
    });
    with_hasty_twin(operation, algorithm)
}
