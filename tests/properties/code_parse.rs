//! A text is a code exactly when it is its canonical text with separators.

use mfa_core::{Code, CodeError, Digits, Format};

/// The first byte chooses the format, the others are the text.
pub fn check(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let format = match choice % 5 {
        4 => Format::Steam,
        more => Format::Decimal(Digits::new(6 + more).unwrap()),
    };
    let read = Code::parse(&text, format);
    match canonical(&text, format) {
        Err(error) => assert_eq!(read, Err(error), "{text:?}"),
        Ok(canonical) => {
            let code = read.unwrap();
            assert_eq!(code.text().as_str(), canonical, "{text:?}");
            assert_eq!(Code::parse(&canonical, format), Ok(code));
        }
    }
}

fn canonical(text: &str, format: Format) -> Result<String, CodeError> {
    let alphabet = match format {
        Format::Steam => "23456789BCDFGHJKMNPQRTVWXY",
        _ => "0123456789",
    };
    let first = text.len() - text.trim_ascii_start().len();
    let last = text.trim_ascii_end().len().saturating_sub(1);
    let mut canonical = String::new();
    for (index, char) in text.char_indices().filter(|(index, _)| (first..=last).contains(index)) {
        match char.to_ascii_uppercase() {
            ' ' | '-' if index != first && index != last => {}
            char if alphabet.contains(char) => canonical.push(char),
            _ => return Err(CodeError::Foreign { index }),
        }
    }
    match canonical.len() {
        found if found == format.len() => Ok(canonical),
        found => Err(CodeError::Length { expected: format.len(), found }),
    }
}
