//! Values in a record's JSON, whose errors say what was expected and never quote.

use core::fmt;
use core::marker::PhantomData;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The visitor methods whose defaults quote what was found.
macro_rules! quote_nothing {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method<E: de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(unexpected(&self))
        })*
    };
}

fn unexpected<'de, V: Visitor<'de>, E: de::Error>(visitor: &V) -> E {
    struct Expecting<'a, V>(&'a V);
    impl<'de, V: Visitor<'de>> fmt::Display for Expecting<'_, V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("expected ")?;
            self.0.expecting(f)
        }
    }
    E::custom(Expecting(visitor))
}

/// A value that is written as text.
pub(super) trait Value: Sized {
    const EXPECTED: &'static str;
    fn parse(text: &str) -> Option<Self>;
    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T;
}

/// Text.
pub(super) struct Name<T>(pub(super) T);

impl<T: Value> Serialize for Name<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.show(|text| serializer.serialize_str(text))
    }
}

impl<'de, T: Value> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOf<T>(PhantomData<T>);
        impl<T: Value> Visitor<'_> for TextOf<T> {
            type Value = Name<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::parse(text).map(Name).ok_or_else(|| unexpected(&self))
            }

            quote_nothing!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64,
                visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(TextOf(PhantomData))
    }
}

/// A whole number.
pub(super) struct Number<T>(pub(super) T);

impl<T: Serialize> Serialize for Number<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: TryFrom<u64> + TryFrom<i64>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Integer<T>(PhantomData<T>);
        impl<T: TryFrom<u64> + TryFrom<i64>> Visitor<'_> for Integer<T> {
            type Value = Number<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number that fits")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                T::try_from(number).map(Number).map_err(|_| unexpected(&self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
                T::try_from(number).map(Number).map_err(|_| unexpected(&self))
            }

            quote_nothing!(visit_bool: bool, visit_f64: f64, visit_str: &str, visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(Integer(PhantomData))
    }
}

/// True or false.
pub(super) struct Flag(pub(super) bool);

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bool;
        impl Visitor<'_> for Bool {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }

            quote_nothing!(visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str,
                visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(Bool)
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) struct Hex<const K: usize>(pub(super) [u8; K]);

impl<const K: usize> Serialize for Hex<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Digits<'a>(&'a [u8]);
        impl fmt::Display for Digits<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
        serializer.collect_str(&Digits(&self.0))
    }
}

impl<'de, const K: usize> Deserialize<'de> for Hex<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits<const K: usize>;
        impl<const K: usize> Visitor<'_> for Digits<K> {
            type Value = Hex<K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{K} bytes in lower-case hexadecimal digits")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Hex<K>, E> {
                parse_hex(text).map(Hex).ok_or_else(|| unexpected(&self))
            }

            quote_nothing!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64,
                visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(Digits)
    }
}

fn parse_hex<const K: usize>(text: &str) -> Option<[u8; K]> {
    let mut bytes = [0; K];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != K || !rest.is_empty() {
        return None;
    }
    let digit = |digit: u8| match digit {
        b'0'..=b'9' | b'a'..=b'f' => char::from(digit).to_digit(16).map(|value| value as u8),
        _ => None,
    };
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(bytes)
}

/// A map with the fields of `T`.
pub(super) struct Object<T>(pub(super) T);

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }

            quote_nothing!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64,
                visit_str: &str, visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(Fields(PhantomData))
    }
}

/// At most `K` values.
pub(super) struct List<T, const K: usize>(pub(super) heapless::Vec<T, K>);

impl<T: Serialize, const K: usize> Serialize for List<T, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de>, const K: usize> Deserialize<'de> for List<T, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T, const K: usize>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const K: usize> Visitor<'de> for Elements<T, K> {
            type Value = List<T, K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {K}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = List(heapless::Vec::new());
                while let Some(element) = seq.next_element()? {
                    list.0.push(element).map_err(|_| unexpected(&self))?;
                }
                Ok(list)
            }

            quote_nothing!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64,
                visit_str: &str, visit_bytes: &[u8]);
        }
        deserializer.deserialize_any(Elements(PhantomData))
    }
}
