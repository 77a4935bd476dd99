//! Owns which names are names of secrets.

/// The longest name that is looked at.
pub(super) const NAME: usize = 64;

/// How much a name says of the value beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Strength {
    /// Whatever stands here is secret.
    Password,
    /// What looks drawn by lot is secret.
    Token,
    /// Only what could be nothing else is secret.
    Key,
}

const PASSWORD: &[&str] = &[
    "clientsecret",
    "credential",
    "credentials",
    "hasło",
    "heslo",
    "kennwort",
    "motdepasse",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "contraseña",
    "salasana",
    "senha",
    "wachtwoord",
    "pwd",
    "secret",
    "userpass",
    "dbpass",
    "adminpass",
    "rootpass",
    "mysqlpass",
    "smtppass",
    "sshpass",
];

const TOKEN: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "apisecret",
    "appkey",
    "appsecret",
    "authkey",
    "authorization",
    "bearer",
    "connectionstring",
    "deploykey",
    "encryptionkey",
    "jsessionid",
    "licensekey",
    "masterkey",
    "phpsessid",
    "privatekey",
    "privatekeyid",
    "secretkey",
    "secretaccesskey",
    "servicekey",
    "sessionid",
    "sharedaccesskey",
    "sharedaccesssignature",
    "signature",
    "signingkey",
    "signingsecret",
    "storagekey",
    "subscriptionkey",
    "token",
    "webhooksecret",
    "secretkeybase",
    "apitoken",
    "accesstoken",
];

const KEY: &[&str] =
    &["auth", "csrf", "key", "pass", "pat", "session", "sid", "sig", "webhook", "xsrf"];

const TOKEN_WORDS: &[&str] = &[
    "access key",
    "account key",
    "api key",
    "auth token",
    "encryption key",
    "private key",
    "secret key",
    "signing key",
];

/// The word for a password where letters are not Latin ones, as a name ends.
const ABROAD: &[&str] = &[
    "пароль",
    "Пароль",
    "ПАРОЛЬ",
    "κωδικός",
    "סיסמה",
    "סיסמא",
    "المرور",
    "السر",
    "पासवर्ड",
    "รหัสผ่าน",
    "비밀번호",
    "パスワード",
    "暗証番号",
    "密码",
    "密碼",
    "口令",
];

/// Names that end like one of a secret and are none.
const HARMLESS: &[&str] = &[
    "pagetoken",
    "nexttoken",
    "continuationtoken",
    "cancellationtoken",
    "canceltoken",
    "eostoken",
    "bostoken",
    "padtoken",
    "stoptoken",
    "unktoken",
    "pertoken",
    "primarykey",
    "foreignkey",
    "publickey",
    "sortkey",
    "cachekey",
    "partitionkey",
    "hotkey",
    "monkey",
    "compass",
    "bypass",
];

/// Returns what a name says, if anything. Case and what joins its words do not matter.
pub(super) fn strength(name: &[u8]) -> Option<Strength> {
    // What was replaced is no name any more.
    if name.windows(10).any(|window| window == b"[REDACTED:") {
        return None;
    }
    // Most names are none, and their last letter says so.
    let Some(last) = name.iter().rposition(u8::is_ascii_alphabetic).map(|at| name[at]) else {
        let is_known = ABROAD.iter().any(|word| name.ends_with(word.as_bytes()));
        return is_known.then_some(Strength::Password);
    };
    if !matches!(
        last | 0x20,
        b'a' | b'd'
            | b'e'
            | b'f'
            | b'g'
            | b'h'
            | b'k'
            | b'l'
            | b'n'
            | b'o'
            | b'r'
            | b's'
            | b't'
            | b'y'
    ) {
        return None;
    }
    let mut letters = [0; NAME];
    let mut length = 0;
    for byte in &name[name.len().saturating_sub(NAME)..] {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            letters[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    let plain = &letters[..length];
    let plain =
        &plain[..plain.len() - plain.iter().rev().take_while(|b| b.is_ascii_digit()).count()];
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word.as_bytes()));
    if ends(HARMLESS) {
        None
    } else if ends(PASSWORD) {
        Some(Strength::Password)
    } else if ends(TOKEN) {
        Some(Strength::Token)
    } else if has_last_word(name, plain) {
        Some(Strength::Key)
    } else if is_constant(name) && holds(plain) {
        // `OPENAI_API_KEY_PROD`, `SECRET_FOR_X`: what looks drawn by lot beside it is one.
        Some(Strength::Token)
    } else {
        None
    }
}

fn holds(plain: &[u8]) -> bool {
    ["apikey", "secret", "password", "passwd", "accesskey", "token"]
        .iter()
        .any(|word| plain.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// Whether the last of the words that make up a name is a short one such as `key`.
fn has_last_word(name: &[u8], plain: &[u8]) -> bool {
    KEY.iter().any(|word| {
        plain.ends_with(word.as_bytes()) && {
            let before = name.len().checked_sub(word.len() + 1).map(|at| name[at]);
            let first = name.len().checked_sub(word.len()).map(|at| name[at]);
            // A word of its own: `x-key`, `signKey`, `key`.
            before.is_none_or(|byte| !byte.is_ascii_alphabetic())
                || first.is_some_and(|byte| byte.is_ascii_uppercase())
                    && before.is_some_and(|byte| byte.is_ascii_lowercase())
        }
    })
}

pub(super) fn is_constant(name: &[u8]) -> bool {
    name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

/// Returns what a name says that is written as separate words, as in a form.
pub(super) fn strength_of_words(words: &[u8]) -> Option<Strength> {
    let words = &words[words.len().saturating_sub(NAME)..];
    let ends = |name: &&str| {
        let start = words.len().checked_sub(name.len());
        start.is_some_and(|start| words[start..].eq_ignore_ascii_case(name.as_bytes()))
    };
    if TOKEN_WORDS.iter().any(ends) {
        Some(Strength::Token)
    } else {
        ends(&"mot de passe").then_some(Strength::Password)
    }
}
