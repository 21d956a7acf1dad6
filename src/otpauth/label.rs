//! The label of a URI: the issuer, a colon, and the account.

use super::span::{Fault, Place, Scan, Span};
use super::{Finding, Reading, Text};

impl<'a> Reading<'a> {
    /// Takes the account from the label, and brings the issuer before it together with that of
    /// the parameter, which wins.
    ///
    /// The label is split at the colon that ends the parameter's issuer, or at the first literal
    /// colon, or at the first escaped one; without any it is an account.
    pub(super) fn take_label(&mut self, mut start: Span<'a>) -> Result<(), Fault> {
        start.trim_start()?;
        let mut scan = Scan::of(start)?;
        // Where there is one colon, it does not matter what is before it.
        if scan.has_several
            && let Some(issuer) = &self.uri.issuer
        {
            scan.colon = after(issuer, start).or(scan.colon);
        }
        let Some((issuer_end, after)) = scan.colon else {
            self.uri.account = Text::between(start, scan.end);
            return Ok(());
        };
        let mut account = start.from(after);
        account.trim_start()?;
        self.uri.account = Text::between(account, scan.end);
        let of_label = Some(Text::between(start, issuer_end)).filter(|issuer| !issuer.is_empty());
        if self.uri.issuer.is_none() {
            self.uri.issuer = of_label;
        } else if of_label.is_some() && self.uri.issuer != of_label {
            self.label_issuer = of_label;
            self.findings.report(Finding::IssuerMismatch);
        }
        Ok(())
    }
}

/// Where the issuer ends with which a label begins, and where it goes on after the colon that
/// follows; `None` if it does not begin so.
#[cold]
fn after(issuer: &Text<'_>, mut label: Span<'_>) -> Option<(Place, Place)> {
    for char in issuer.chars() {
        label.next_char().ok()?.filter(|next| *next == char)?;
    }
    let end = label.place();
    let colon = label.next_char().ok()?;
    (colon == Some(':')).then_some((end, label.place()))
}
