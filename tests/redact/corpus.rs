//! Makes lines with secrets and personal data, and lines that only look like it. The same every
//! time, none of it real, and put together at run time, so that no key stands in the repository.

use std::fmt::Write;
use std::ops::Range;

/// A line, and where in it what stands.
pub struct Line {
    pub text: String,
    pub spans: Vec<(Range<usize>, &'static str)>,
}

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";

/// Numbers that look drawn by lot (splitmix64).
pub struct Lot(u64);

impl Lot {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        let index = self.below(of.len() as u64);
        of[usize::try_from(index).expect("it is below a length")]
    }

    pub fn letters(&mut self, alphabet: &str, count: u64) -> String {
        let alphabet = alphabet.as_bytes();
        let one = |_| {
            let index = self.below(alphabet.len() as u64);
            char::from(alphabet[usize::try_from(index).expect("it is below a length")])
        };
        (0..count).map(one).collect()
    }

    pub fn alnum(&mut self, count: u64) -> String {
        self.letters(&[UPPER, LOWER, DIGITS].concat(), count)
    }

    pub fn word(&mut self, count: u64) -> String {
        self.letters(&[UPPER, LOWER, DIGITS, "_-"].concat(), count)
    }

    pub fn hex(&mut self, count: u64) -> String {
        self.letters("0123456789abcdef", count)
    }

    fn digits(&mut self, count: u64) -> String {
        self.letters(DIGITS, count)
    }

    fn name(&mut self) -> &'static str {
        self.one(&[
            "anna",
            "li.wei",
            "o.brien",
            "jürgen",
            "mária",
            "fatima",
            "kofi",
            "sven-olof",
            "иван",
            "chloe_d",
        ])
    }
}

/// What is planted: its kind, and how it is made.
type Maker = (&'static str, fn(&mut Lot) -> String);

pub const SECRETS: &[Maker] = &[
    ("api_key", |lot| format!("gh{}_{}", lot.one(&["p", "o", "u", "s", "r"]), lot.alnum(36))),
    ("api_key", |lot| format!("github_pat_{}_{}", lot.alnum(22), lot.alnum(59))),
    ("api_key", |lot| format!("sk-ant-api03-{}AA", lot.word(93))),
    ("api_key", |lot| format!("sk-proj-{}T3Blbk{}", lot.word(60), lot.word(60))),
    ("api_key", |lot| format!("sk-{}", lot.hex(32))),
    ("api_key", |lot| format!("sk-or-v1-{}", lot.hex(64))),
    ("api_key", |lot| format!("AI{}{}", "za", lot.word(35))),
    ("api_key", |lot| format!("AK{}{}", "IA", lot.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))),
    ("api_key", |lot| {
        format!("xo{}-{}-{}-{}", "xb", lot.digits(12), lot.digits(12), lot.alnum(24))
    }),
    ("api_key", |lot| format!("gl{}-{}", "pat", lot.word(20))),
    ("api_key", |lot| format!("{}_live_{}", lot.one(&["sk", "rk"]), lot.alnum(24))),
    ("api_key", |lot| format!("SG{}{}.{}", ".", lot.word(22), lot.word(43))),
    ("api_key", |lot| format!("hf{}{}", "_", lot.letters(&[UPPER, LOWER].concat(), 34))),
    ("api_key", |lot| format!("np{}_{}", "m", lot.alnum(36))),
    ("api_key", |lot| format!("gs{}_{}", "k", lot.alnum(52))),
    ("api_key", |lot| format!("xa{}-{}", "i", lot.alnum(80))),
    ("api_key", |lot| format!("pp{}-{}", "lx", lot.alnum(48))),
    ("api_key", |lot| format!("r8{}{}", "_", lot.alnum(37))),
    ("api_key", |lot| format!("da{}{}", "pi", lot.hex(32))),
    ("api_key", |lot| format!("do{}_v1_{}", "p", lot.hex(64))),
    ("api_key", |lot| format!("SK{}", lot.hex(32))),
    ("api_key", |lot| format!("hv{}.{}", "s", lot.word(90))),
    ("api_key", |lot| format!("gl{}_{}_{}", "sa", lot.alnum(32), lot.hex(8))),
    ("api_key", |lot| format!("NR{}-{}", "AK", lot.letters(&[UPPER, DIGITS].concat(), 27))),
    ("jwt", |lot| {
        format!("ey{}.ey{}.{}", ["JhbGciOiJI", "UzI1NiJ9"].concat(), lot.word(60), lot.word(43))
    }),
    ("private_key", |lot| {
        let lines: Vec<_> = (0..4).map(|_| lot.alnum(64)).collect();
        let label = ["PRIVATE", " KEY"].concat();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
    }),
];

pub const PERSONAL: &[Maker] = &[
    ("email", |lot| {
        let host = lot.one(&[
            "example.com",
            "mail.example.co.uk",
            "büro.example",
            "xn--bro-hoa.example",
            "team.example.io",
        ]);
        format!("{}{}@{host}", lot.name(), lot.digits(2))
    }),
    ("card", |lot| {
        let start = lot.one(&["4", "51", "55", "2223", "2720", "6011", "65", "34", "37", "3528"]);
        let length = if matches!(start, "34" | "37") { 15 } else { 16 };
        let number =
            with_check_digit(&format!("{start}{}", lot.digits(length - 1 - start.len() as u64)));
        let gap = lot.one(&["", " ", "-", "\u{a0}"]);
        let sizes: &[usize] = if length == 15 { &[4, 6, 5] } else { &[4, 4, 4, 4] };
        grouped(&number, sizes, gap)
    }),
    ("iban", |lot| {
        let (country, body) = match lot.below(4) {
            0 => ("DE", lot.digits(18)),
            1 => ("GB", format!("{}{}", lot.letters(UPPER, 4), lot.digits(14))),
            2 => ("NL", format!("{}{}", lot.letters(UPPER, 4), lot.digits(10))),
            _ => ("ES", lot.digits(20)),
        };
        let number = with_checksum(country, &body);
        if lot.below(2) == 0 { number } else { grouped(&number, &[4; 9], " ") }
    }),
    ("ssn", |lot| {
        format!("{:03}-{:02}-{:04}", 1 + lot.below(665), 1 + lot.below(99), 1 + lot.below(9999))
    }),
];

pub const OPT_IN: &[Maker] = &[
    ("ipv4", |lot| {
        format!("{}.{}.{}.{}", 1 + lot.below(126), lot.below(256), lot.below(256), lot.below(256))
    }),
    ("ipv6", |lot| format!("2001:db8:{}:{}::{}", lot.hex(4), lot.hex(4), lot.hex(4))),
    ("phone", |lot| match lot.below(5) {
        0 => format!("+49 {} {}", 30 + lot.below(60), lot.digits(7)),
        1 => format!("({}) {}-{}", 201 + lot.below(700), 200 + lot.below(700), lot.digits(4)),
        2 => format!(
            "0{} {} {} {} {}",
            1 + lot.below(7),
            lot.digits(2),
            lot.digits(2),
            lot.digits(2),
            lot.digits(2)
        ),
        3 => format!("+1{}{}{}", 201 + lot.below(700), 200 + lot.below(700), lot.digits(4)),
        _ => format!("{}-{}-{}", 201 + lot.below(700), 200 + lot.below(700), lot.digits(4)),
    }),
];

/// What stands around a secret; `{}` is its place.
const AROUND: &[&str] = &[
    "{}",
    "Why is {} refused?",
    "I sent {}, and nothing happened.",
    "see: {}.",
    "({})",
    "`{}`",
    "\"{}\"",
    "{\"value\": \"{}\"}",
    "value={}&page=2",
    "— {} —",
    "Привет, это {}; спасибо",
    "请看：{}。",
    "> {}",
    "key: {}\nnext: 1",
    "<td>{}</td>",
    "echo '{}' | wc",
    "{\"a\":{\"b\":[\"{}\",1]}}",
    "x -> {}; y",
    "- {}\n- other",
];

/// Lines with one secret or two.
pub fn positives(seed: u64, makers: &[Maker], count: usize) -> Vec<Line> {
    let mut lot = Lot::new(seed);
    let mut line = |index: usize| {
        let mut line = Line { text: String::new(), spans: Vec::new() };
        for place in 0..=usize::from(index.is_multiple_of(4)) {
            let (kind, make) = makers[(index + 7 * place) % makers.len()];
            let around = lot.one(AROUND);
            let (before, after) = around.split_once("{}").expect("every form has a place");
            let secret = make(&mut lot);
            if place > 0 {
                line.text.push('\n');
            }
            line.text.push_str(before);
            let start = line.text.len();
            line.text.push_str(&secret);
            line.spans.push((start..line.text.len(), kind));
            line.text.push_str(after);
        }
        line
    };
    (0..count).map(&mut line).collect()
}

/// Lines without any.
pub fn negatives(seed: u64, count: usize) -> Vec<String> {
    let mut lot = Lot::new(seed);
    (0..count).map(|index| negative(&mut lot, index % 26)).collect()
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn negative(lot: &mut Lot, form: usize) -> String {
    let mut line = String::new();
    match form {
        0 => write!(line, "commit {}", lot.hex(40)),
        1 => write!(line, "sha256:{}", lot.hex(64)),
        2 => write!(
            line,
            "id {}-{}-4{}-a{}-{}",
            lot.hex(8),
            lot.hex(4),
            lot.hex(3),
            lot.hex(3),
            lot.hex(12)
        ),
        3 => write!(
            line,
            "data:image/png;base64,{}==",
            lot.letters(&[UPPER, LOWER, DIGITS, "+/"].concat(), 400)
        ),
        4 => write!(line, "ts={} level=info", 1_700_000_000 + lot.below(99_999_999)),
        5 => write!(
            line,
            "2026-0{}-1{}T0{}:15:3{}.{}Z",
            1 + lot.below(9),
            lot.below(10),
            lot.below(10),
            lot.below(10),
            lot.digits(3)
        ),
        6 => write!(line, "order {} shipped, {} pieces", lot.digits(7), lot.below(90)),
        7 => write!(
            line,
            "lat {}.{}, lon -{}.{}",
            lot.below(90),
            lot.digits(6),
            lot.below(180),
            lot.digits(6)
        ),
        8 => write!(line, "[0.{}, -0.{}, 1.{}]", lot.digits(6), lot.digits(6), lot.digits(4)),
        9 => write!(line, "gpt-4o-2024-0{}-{}", 1 + lot.below(9), 10 + lot.below(19)),
        10 => {
            write!(line, "npm i @types/node@{}.{}.{}", lot.below(30), lot.below(30), lot.below(9))
        }
        11 => write!(line, "follow @{} for more", lot.letters(LOWER, 9)),
        12 => {
            write!(line, "let map = std::collections::HashMap::with_capacity({});", lot.below(99))
        }
        13 => write!(line, "max_tokens: {}, temperature: 0.{}", lot.digits(4), lot.digits(1)),
        14 => write!(
            line,
            "password: {}",
            lot.one(&["********", "required", "$DB_PASSWORD", "<your password>", "None"])
        ),
        15 => write!(
            line,
            "api_key={}",
            lot.one(&["os.environ['KEY']", "config.api_key", "${API_KEY}", "{{ key }}", "null"])
        ),
        16 => write!(
            line,
            "The {} of the session is explained in chapter {}.",
            lot.one(&["token", "secret", "key", "password"]),
            lot.below(30)
        ),
        17 => write!(
            line,
            "version {}.{}.{}.{}",
            lot.below(30),
            lot.below(90),
            lot.below(90),
            lot.below(99)
        ),
        18 => write!(
            line,
            "it takes {}:{}:{} at a ratio of {}:{}",
            lot.digits(2),
            lot.digits(2),
            lot.digits(2),
            lot.below(9),
            lot.below(9)
        ),
        19 => write!(line, "part {}-{}-{}", lot.digits(2), lot.digits(3), lot.digits(2)),
        20 => write!(
            line,
            "ISBN 978-{}-{}-{}-{}",
            lot.digits(1),
            lot.digits(4),
            lot.digits(4),
            lot.digits(1)
        ),
        21 => write!(
            line,
            "https://example.com/{}/{}?page={}#top",
            lot.letters(LOWER, 8),
            lot.letters(LOWER, 5),
            lot.below(99)
        ),
        22 => write!(line, "call_{} returned {} rows", lot.alnum(24), lot.digits(5)),
        23 => write!(
            line,
            "{} {} {} {} {} {}",
            lot.digits(4),
            lot.digits(4),
            lot.digits(4),
            lot.digits(4),
            lot.digits(4),
            lot.digits(4)
        ),
        24 => write!(line, "total {},{},{} EUR", 1 + lot.below(9), lot.digits(3), lot.digits(3)),
        _ => write!(
            line,
            "{} {} explains how the {} keeps its {}.",
            lot.one(&["Nobody", "She", "The guide", "Chapter two"]),
            lot.one(&["often", "rarely", "now"]),
            lot.one(&["mutex", "parser", "committee", "harbour"]),
            lot.one(&["balance", "promise", "state"])
        ),
    }
    .expect("a string takes everything");
    line
}

pub fn grouped(number: &str, sizes: &[usize], gap: &str) -> String {
    let mut rest = number;
    let mut groups = Vec::new();
    for size in sizes {
        let (group, after) = rest.split_at((*size).min(rest.len()));
        groups.extend((!group.is_empty()).then_some(group));
        rest = after;
    }
    groups.join(gap)
}

/// Appends the digit that makes Luhn's sum a multiple of ten.
pub fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(index, digit)| if index % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Puts the country and the check digits of ISO 7064 before an account.
pub fn with_checksum(country: &str, account: &str) -> String {
    let value = |text: &str| {
        text.bytes().fold(0_u32, |rest, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            byte => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        })
    };
    format!("{country}{:02}{account}", 98 - value(&format!("{account}{country}00")))
}
