//! otpauth-migration URIs: payloads made by an encoder of our own, whole and broken ones.

use mfa_core::otpauth::{Finding, Kind, Migration, MigrationError, Reading, read, read_migration};
use mfa_core::{Algorithm, Digits, Format, TimeSteps};
use proptest::prelude::*;

const SECRET: &[u8] = b"12345678901234567890";

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A message, field by field.
#[derive(Clone, Default)]
struct Message(Vec<u8>);

impl Message {
    fn tag(mut self, field: u64, wire_type: u64) -> Self {
        varint(field << 3 | wire_type, &mut self.0);
        self
    }

    fn number(self, field: u64, value: u64) -> Self {
        let mut message = self.tag(field, 0);
        varint(value, &mut message.0);
        message
    }

    fn bytes(self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        let mut message = self.tag(field, 2);
        varint(bytes.as_ref().len() as u64, &mut message.0);
        message.raw(bytes.as_ref())
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn entry(self, entry: Message) -> Self {
        self.bytes(1, entry.0)
    }

    /// As Google Authenticator writes it.
    fn uri(&self) -> String {
        uri(&base64(&self.0, STANDARD).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
    }
}

fn totp(name: &str, issuer: &str) -> Message {
    let message = Message::default().bytes(1, SECRET).bytes(2, name).bytes(3, issuer);
    message.number(4, 1).number(5, 1).number(6, 2)
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= group.len() { alphabet[sextet].into() } else { '=' });
        }
    }
    text
}

fn uri(data: &str) -> String {
    format!("otpauth-migration://offline?data={data}")
}

/// The outcomes of the entries, in a line each.
fn lines(migration: &Migration<'_>) -> Vec<String> {
    migration
        .entries()
        .map(|entry| match entry {
            Ok(Reading { uri, .. }) => {
                let issuer = uri.issuer.map_or("-".to_owned(), |issuer| issuer.to_string());
                format!("{issuer}|{}", uri.account)
            }
            Err(error) => error.name().to_owned(),
        })
        .collect()
}

fn one_entry(entry: Message) -> Result<String, MigrationError> {
    let uri = Message::default().entry(entry).uri();
    let migration = read_migration(&uri)?;
    let mut entries = migration.entries();
    let reading = entries.next().unwrap()?;
    assert!(entries.next().is_none());
    Ok(format!("{reading:?}"))
}

fn error_of(message: &Message) -> MigrationError {
    read_migration(&message.uri()).unwrap_err()
}

#[test]
fn a_batch_reads_entry_by_entry_with_its_place() {
    let hotp = Message::default()
        .bytes(1, [0xFB; 32])
        .bytes(2, "喵 Nyaa")
        .number(4, 3)
        .number(5, 2)
        .number(6, 1)
        .number(7, 1 << 40)
        .bytes(8, "some unique id");
    let message = Message::default()
        .entry(totp("Example:alice@example.com", "Example"))
        .entry(hotp)
        .number(2, 2)
        .number(3, 3)
        .number(4, 1)
        .number(5, 0x7FFF_FFFF);
    let uri = message.uri();
    let migration = read_migration(&uri).unwrap();
    let Migration { version, batch_size, batch_index, batch_id, .. } = migration;
    assert_eq!((version, batch_size, batch_index, batch_id), (2, 3, 1, 0x7FFF_FFFF));

    let entries: Vec<_> = migration.entries().collect::<Result<_, _>>().unwrap();
    let [Reading { uri: first, findings, .. }, Reading { uri: second, .. }] = &entries[..] else {
        panic!("{}", entries.len())
    };
    assert!(findings.is_empty());
    assert_eq!(first.kind, Kind::Totp(TimeSteps::default()));
    assert_eq!(first.issuer.unwrap(), "Example");
    assert_eq!(first.account, "alice@example.com");
    assert_eq!(first.secret.expose(), SECRET);
    assert_eq!((first.algorithm, first.format), (Algorithm::Sha1, Format::default()));

    assert_eq!(second.kind, Kind::Hotp { counter: 1 << 40 });
    assert_eq!(second.issuer, None);
    assert_eq!(second.account, "喵 Nyaa");
    assert_eq!(second.secret.expose(), [0xFB; 32]);
    assert_eq!(second.algorithm, Algorithm::Sha512);
    assert_eq!(second.format, Format::Decimal(Digits::EIGHT));
}

#[test]
fn an_entry_writes_as_a_uri_that_reads_back() {
    let uri = Message::default().entry(totp("Ex ample:älice", "Ex ample")).uri();
    let entry = read_migration(&uri).unwrap().entries().next().unwrap().unwrap();
    let mut buffer = [0; 256];
    let written = entry.uri.write(&mut buffer).unwrap();
    assert!(written.starts_with("otpauth://totp/Ex%20ample:%C3%A4lice?secret=GEZDG"), "{written}");
    assert_eq!(read(written).unwrap(), entry);
}

#[test]
fn both_alphabets_read_with_and_without_padding_and_escapes() {
    // Entries of three lengths, with secrets that use the last two characters of the alphabet.
    for len in 16..19 {
        let entry = Message::default().bytes(1, [0xFF, 0xEF, 0xBE].repeat(8)).number(6, 2);
        let message = Message::default().entry(entry.bytes(2, "a".repeat(len)));
        let expected = read_migration(&message.uri()).map(|it| lines(&it)).unwrap();
        for alphabet in [STANDARD, URL_SAFE] {
            let text = base64(&message.0, alphabet);
            let every: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for data in [text.trim_end_matches('='), &text, &text.replace('=', "%3d"), &every] {
                let uri = uri(data);
                assert_eq!(lines(&read_migration(&uri).unwrap()), expected, "{uri}");
            }
        }
    }
}

#[test]
fn scheme_host_and_parameters_are_read_like_those_of_otpauth() {
    let data = base64(&Message::default().entry(totp("a", "")).0, STANDARD);
    for uri in [
        format!(" OTPAUTH-Migration://OFFLINE?Data={data}\n"),
        format!("otpauth-migration://offline/?x&data={data}&x#fragment"),
        format!("otpauth-migration://offline?%64ata={data}"),
    ] {
        assert_eq!(lines(&read_migration(&uri).unwrap()), ["-|a"], "{uri}");
    }
    for (uri, error) in [
        ("otpauth://offline?data=AA", MigrationError::UnsupportedScheme),
        ("", MigrationError::UnsupportedScheme),
        ("otpauth-migration://", MigrationError::UnsupportedType),
        ("otpauth-migration://online?data=AA", MigrationError::UnsupportedType),
        ("otpauth-migration://offline/x?data=AA", MigrationError::UnsupportedType),
        ("otpauth-migration://offline", MigrationError::MissingData),
        ("otpauth-migration://offline?data", MigrationError::MissingData),
        ("otpauth-migration://offline?data=&x", MigrationError::MissingData),
        ("otpauth-migration://offline?dat=AA", MigrationError::MissingData),
        ("otpauth-migration://offline?data=EAE&DATA=EAE", MigrationError::DuplicateParameter),
    ] {
        assert_eq!(read_migration(uri).unwrap_err(), error, "{uri}");
    }
}

#[test]
fn names_split_as_labels_do() {
    for (name, issuer, expected) in [
        ("A:b", "A", "A|b"),
        ("A:b", "", "A|b"),
        ("A:B:c", "A:B", "A:B|c"),
        (" A : b ", "", "A|b"),
        ("b", "A", "A|b"),
        ("b", " ", "-|b"),
        ("C:b", "A", "A|b"),
        ("A%3Ab", "", "-|A%3Ab"),
        ("a+b%20", "c+", "c+|a+b%20"),
        ("", "", "-|"),
    ] {
        let uri = Message::default().entry(totp(name, issuer)).uri();
        assert_eq!(lines(&read_migration(&uri).unwrap()), [expected], "{name} {issuer}");
    }
    let uri = Message::default().entry(totp("C:b", "A")).uri();
    let entry = read_migration(&uri).unwrap().entries().next().unwrap().unwrap();
    assert_eq!(entry.label_issuer.unwrap(), "C");
    assert!(entry.findings.contains(Finding::IssuerMismatch));
}

#[test]
fn what_is_left_out_or_unspecified_is_the_default() {
    let bare = Message::default().bytes(1, &SECRET[..10]);
    let zeros = bare.clone().number(4, 0).number(5, 0).number(6, 0).number(7, 0);
    for entry in [bare.clone(), zeros] {
        let uri = Message::default().entry(entry).uri();
        let Reading { uri, findings, .. } =
            read_migration(&uri).unwrap().entries().next().unwrap().unwrap();
        assert_eq!(uri.kind, Kind::Totp(TimeSteps::default()));
        assert_eq!((uri.algorithm, uri.format), (Algorithm::Sha1, Format::default()));
        let names: Vec<_> = findings.iter().map(Finding::name).collect();
        assert_eq!(names, ["WeakSecret", "TypeAssumed"]);
    }
    // A counter of 0 is never on the wire, so its absence says 0.
    let uri = Message::default().entry(totp("a", "").number(8, 0)).entry(bare.number(6, 1)).uri();
    let hotp = read_migration(&uri).unwrap().entries().nth(1).unwrap().unwrap();
    assert_eq!(hotp.uri.kind, Kind::Hotp { counter: 0 });
    assert!(!hotp.findings.contains(Finding::CounterAssumed));
}

#[test]
fn a_bad_entry_does_not_keep_the_others_from_being_read() {
    let good = |name| totp(name, "");
    let secret = || Message::default().bytes(1, SECRET);
    let uri = Message::default()
        .entry(good("first"))
        .entry(secret().number(4, 4))
        .entry(secret().number(4, 5))
        .entry(secret().number(5, 3))
        .entry(secret().number(6, 3))
        .entry(secret().number(6, 1).number(7, u64::MAX))
        .entry(Message::default().bytes(2, "no secret"))
        .entry(Message::default().bytes(1, ""))
        .entry(Message::default().bytes(1, [1; 129]))
        .entry(secret().bytes(2, [b'a', 0xFF]))
        .entry(secret().bytes(2, [0xC3]).bytes(3, [0xA9]))
        .entry(secret().bytes(3, "a\0"))
        .entry(secret().bytes(1, SECRET))
        .entry(secret().bytes(6, "2"))
        .entry(secret().raw(&[0x12, 0x7F, b'a']))
        .entry(secret().raw(&[0x20]))
        .entry(secret().raw(&[0x23]))
        .entry(secret().raw(&[0xFF; 11]))
        .entry(Message::default().bytes(1, [1; 128]).bytes(2, "last"))
        .uri();
    assert_eq!(
        lines(&read_migration(&uri).unwrap()),
        [
            "-|first",
            "InvalidAlgorithm",
            "InvalidAlgorithm",
            "InvalidDigits",
            "UnsupportedType",
            "InvalidCounter",
            "MissingSecret",
            "EmptySecret",
            "SecretTooLong",
            "InvalidUtf8",
            "InvalidUtf8",
            "NulInLabel",
            "DuplicateField",
            "InvalidField",
            "Truncated",
            "Truncated",
            "InvalidWireType",
            "OverlongVarint",
            "-|last",
        ]
    );
}

#[test]
fn unknown_fields_of_every_type_are_skipped() {
    let unknown = |message: Message| {
        let message = message.number(9, u64::MAX).bytes(1000, "x").tag(10, 1).raw(&[0xFF; 8]);
        message.tag(11, 5).raw(&[0xFF; 4])
    };
    let entry = unknown(totp("a", "b"));
    let uri = unknown(unknown(Message::default()).entry(entry)).number(2, 1).uri();
    let migration = read_migration(&uri).unwrap();
    assert_eq!(migration.version, 1);
    assert_eq!(lines(&migration), ["b|a"]);
}

#[test]
fn a_message_that_breaks_off_is_refused_at_every_length() {
    let message = Message::default().entry(totp("a", "b")).number(2, 1).number(5, 300);
    let whole = message.0.len();
    // Where a field ends, the message may end.
    let entry = whole - 5;
    for len in 1..whole {
        let cut = Message(message.0[..len].to_vec());
        match len {
            _ if len == entry || len == entry + 2 => assert!(read_migration(&cut.uri()).is_ok()),
            _ => assert_eq!(error_of(&cut), MigrationError::Truncated, "{len}"),
        }
    }
}

#[test]
fn broken_wire_format_is_refused() {
    let message = Message::default;
    for (message, error) in [
        (message().raw(&[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), MigrationError::Truncated),
        (message().bytes(0, "x"), MigrationError::InvalidWireType),
        (message().tag(9, 3), MigrationError::InvalidWireType),
        (message().tag(9, 4), MigrationError::InvalidWireType),
        (message().tag(9, 6), MigrationError::InvalidWireType),
        (message().tag(9, 7), MigrationError::InvalidWireType),
        (message().number(1, 5), MigrationError::InvalidField),
        (message().bytes(2, "1"), MigrationError::InvalidField),
        (message().tag(3, 5).raw(&[0; 4]), MigrationError::InvalidField),
        (message().raw(&[0x10]).raw(&[0xFF; 10]), MigrationError::OverlongVarint),
        (message().raw(&[0x10]).raw(&[0x80; 10]).raw(&[1]), MigrationError::OverlongVarint),
        // Bit 64 of a number of ten bytes.
        (message().raw(&[0x10]).raw(&[0x80; 9]).raw(&[2]), MigrationError::OverlongVarint),
        (message().tag(9, 1).raw(&[0; 7]), MigrationError::Truncated),
        (message().tag(9, 5).raw(&[0; 3]), MigrationError::Truncated),
    ] {
        assert_eq!(error_of(&message), error);
        assert_eq!(format!("{error:?}"), error.name());
        assert!(!error.to_string().is_empty());
    }
    let ten = message().raw(&[0x10]).raw(&[0x80; 9]).raw(&[1]).uri();
    assert_eq!(read_migration(&ten).unwrap().version, 1 << 63);
}

#[test]
fn broken_base64_is_refused_where_it_stands() {
    for (data, index) in [
        ("!", 0),
        ("E!E", 1),
        ("EA E", 2),
        ("EAE\u{e9}", 3),
        ("EAE%", 3),
        ("EAE%4", 3),
        ("EAE%20", 3),
        ("EAE=EAE=", 3),
        ("E", 1),
        ("EAEgB", 5),
        // Bits after the last byte.
        ("EAF", 3),
        ("EAEgBB", 6),
    ] {
        let error = read_migration(&uri(data)).unwrap_err();
        assert_eq!(error, MigrationError::InvalidBase64 { index }, "{data}");
        let message = format!("the data is not base64 from character {} on", index + 1);
        assert_eq!((error.name(), error.to_string()), ("InvalidBase64", message));
    }
    assert!(read_migration(&uri("EAE==%3D")).is_ok());
}

#[test]
fn nothing_of_a_secret_is_in_debug_output_or_errors() {
    let uri = Message::default().entry(totp("a", "b")).uri();
    let migration = read_migration(&uri).unwrap();
    let debug = format!("{migration:?} {:?} {:?}", migration.entries(), one_entry(totp("a", "b")));
    assert!(debug.contains("Secret(160 bits)"), "{debug}");
    for piece in ["1234", "GEZD", "MTIz", "49, 50"] {
        assert!(!debug.contains(piece), "{debug}");
    }
}

#[test]
fn many_entries_cost_no_more_than_their_length() {
    // Were an entry's cost that of the message, this would not end in a day.
    let count = 50_000;
    let message = (0..count).fold(Message::default(), |message, _| {
        message.entry(Message::default().bytes(1, SECRET).bytes(2, "a"))
    });
    let uri = message.uri();
    assert_eq!(read_migration(&uri).unwrap().entries().filter(Result::is_ok).count(), count);
}

proptest! {
    #[test]
    fn what_is_encoded_reads_back(
        secret in proptest::collection::vec(any::<u8>(), 1..=128),
        account in "[^:\0]{0,12}",
        issuer in proptest::option::of("[^\0]{0,12}"),
        algorithm in 1..=3u64,
        digits in 1..=2u64,
        counter in proptest::option::of(0..=i64::MAX as u64),
        order in any::<bool>(),
    ) {
        let name = match issuer.as_deref().map(str::trim) {
            Some(issuer) if !issuer.is_empty() => format!("{issuer}:{account}"),
            _ => account.clone(),
        };
        let texts = |message: Message| match &issuer {
            Some(issuer) if order => message.bytes(3, issuer).bytes(2, &name),
            Some(issuer) => message.bytes(2, &name).bytes(3, issuer),
            None => message.bytes(2, &name),
        };
        let numbers = |message: Message| {
            let message = message.number(4, algorithm).number(5, digits);
            match counter {
                Some(counter) => message.number(7, counter).number(6, 1),
                None => message.number(6, 2),
            }
        };
        let entry = if order {
            numbers(texts(Message::default())).bytes(1, &secret)
        } else {
            texts(numbers(Message::default().bytes(1, &secret)))
        };
        let uri = Message::default().entry(entry).uri();
        let Reading { uri, label_issuer, .. } =
            read_migration(&uri).unwrap().entries().next().unwrap().unwrap();
        prop_assert_eq!(uri.secret.expose(), &secret);
        prop_assert_eq!(uri.account.to_string(), account.trim());
        prop_assert_eq!(label_issuer, None);
        let issuer = issuer.as_deref().map(str::trim).filter(|issuer| !issuer.is_empty());
        prop_assert_eq!(uri.issuer.map(|issuer| issuer.to_string()), issuer.map(str::to_owned));
        let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
        prop_assert_eq!(uri.algorithm, algorithms[algorithm as usize - 1]);
        prop_assert_eq!(uri.format.len() as u64, 4 + 2 * digits);
        let kind = counter.map(|counter| Kind::Hotp { counter });
        prop_assert_eq!(uri.kind, kind.unwrap_or(Kind::Totp(TimeSteps::default())));
    }

    #[test]
    fn no_payload_makes_reading_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
        flip in any::<(prop::sample::Index, u8)>(),
        data in "[A-Za-z0-9+/=%_-]{0,40}",
    ) {
        let mut near = Message::default().entry(totp("A:b", "A")).entry(totp("c", "")).0;
        let place = flip.0.index(near.len());
        near[place] ^= flip.1;
        for uri in [uri(&data), uri(&base64(&bytes, URL_SAFE)), uri(&base64(&near, STANDARD))] {
            if let Ok(migration) = read_migration(&uri) {
                let _ = lines(&migration);
            }
        }
    }
}
