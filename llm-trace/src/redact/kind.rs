//! Owns the names of what is found.

use std::fmt;
use std::ops::Range;

/// What a [`Finding`] is, and what stands for it: `[REDACTED:email]`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// A key or token that its form gives away: `ghp_…`, `sk-…`, `AKIA…`.
    ApiKey,
    /// The number of a payment card: 13 to 19 digits, of a known range, with a right check digit.
    Card,
    /// What a rule of your own finds.
    Custom(&'static str),
    /// An email address.
    Email,
    /// An international bank account number with a right checksum.
    Iban,
    /// An IPv4 address. Not looked for by default.
    Ipv4,
    /// An IPv6 address. Not looked for by default.
    Ipv6,
    /// A JSON web token.
    Jwt,
    /// A value that is assigned to the name of a secret, or the password in a URL.
    Password,
    /// A telephone number. Not looked for by default.
    Phone,
    /// A private key in PEM form.
    PrivateKey,
    /// A social security number of the United States.
    Ssn,
}

impl Kind {
    /// Returns the word that stands in a replacement.
    ///
    /// ```
    /// assert_eq!(llm_trace::redact::Kind::ApiKey.as_str(), "api_key");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Card => "card",
            Self::Custom(name) => name,
            Self::Email => "email",
            Self::Iban => "iban",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Jwt => "jwt",
            Self::Password => "password",
            Self::Phone => "phone",
            Self::PrivateKey => "private_key",
            Self::Ssn => "ssn",
        }
    }

    /// The bit of a built-in kind; none of a kind that is not built in.
    pub(super) const fn bit(self) -> u16 {
        match self {
            Self::ApiKey => 1,
            Self::Card => 1 << 1,
            Self::Custom(_) => 0,
            Self::Email => 1 << 2,
            Self::Iban => 1 << 3,
            Self::Ipv4 => 1 << 4,
            Self::Ipv6 => 1 << 5,
            Self::Jwt => 1 << 6,
            Self::Password => 1 << 7,
            Self::Phone => 1 << 8,
            Self::PrivateKey => 1 << 9,
            Self::Ssn => 1 << 10,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of a text that must not leave.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}
