//! Owns the table of keys and tokens that begin with a word of their vendor.

/// What may stand in a token after its prefix.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Body {
    /// Letters and digits.
    Alnum,
    /// Also what base64 uses, in either alphabet.
    Base64,
    /// Also `.`, `~` and `%`.
    Dotted,
    /// Hexadecimal digits.
    Hex,
    /// Also `/`: the path of a URL that is a secret as a whole.
    Path,
    /// Capitals and digits.
    Upper,
    /// Also `_` and `-`.
    Word,
}

/// One form of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix {
    pub(super) text: &'static str,
    pub(super) body: Body,
    /// The shortest and the longest body; a longer run is no token.
    pub(super) min: usize,
    pub(super) max: usize,
    /// Whether the prefix is so common in base64 and names that more must speak for a token.
    pub(super) is_weak: bool,
    /// Whether the prefix says what follows and is no part of it, as `Bearer`.
    pub(super) is_label: bool,
}

const fn of(text: &'static str, body: Body, min: usize) -> Prefix {
    Prefix { text, body, min, max: usize::MAX, is_weak: false, is_label: false }
}

const fn weak(text: &'static str, body: Body, min: usize, max: usize) -> Prefix {
    Prefix { text, body, min, max, is_weak: true, is_label: false }
}

const fn label(text: &'static str, body: Body, min: usize) -> Prefix {
    Prefix { text, body, min, max: usize::MAX, is_weak: false, is_label: true }
}

/// In the order of their first bytes; longer before shorter.
///
/// A body is asked to be shorter than the vendor makes it: a key that was cut is a secret still.
pub(super) const PREFIXES: &[Prefix] = &[
    of("1//0", Body::Word, 24),
    weak("A3T", Body::Upper, 17, 17),
    weak("ABIA", Body::Upper, 16, 16),
    of("ABSK", Body::Base64, 80),
    weak("ACCA", Body::Upper, 16, 16),
    weak("AC", Body::Hex, 32, 32),
    of("AGE-SECRET-KEY-1", Body::Upper, 30),
    weak("AIza", Body::Word, 30, usize::MAX),
    weak("AKCp", Body::Alnum, 40, 90),
    weak("AKIA", Body::Upper, 16, 16),
    weak("AKID", Body::Alnum, 32, 36),
    weak("APP_USR-", Body::Word, 30, usize::MAX),
    weak("ASIA", Body::Upper, 16, 16),
    of("ATATT3", Body::Base64, 40),
    weak("ATBB", Body::Alnum, 28, 40),
    of("ATCTT3", Body::Base64, 40),
    label("Bearer ", Body::Dotted, 16),
    of("CCIPAT_", Body::Word, 30),
    of("CFPAT-", Body::Word, 30),
    weak("EAAA", Body::Word, 50, usize::MAX),
    weak("EAA", Body::Alnum, 90, usize::MAX),
    weak("EZAK", Body::Alnum, 50, 60),
    of("FLWSECK_TEST-", Body::Word, 12),
    of("FLWSECK-", Body::Word, 20),
    of("GOCSPX-", Body::Word, 20),
    of("GR1348941", Body::Word, 18),
    of("HRKU-", Body::Word, 30),
    weak("LTAI", Body::Alnum, 12, 24),
    of("NRAK-", Body::Upper, 20),
    of("NRII-", Body::Word, 24),
    of("NRJS-", Body::Hex, 16),
    of("NRRA-", Body::Hex, 30),
    of("PMAK-", Body::Word, 40),
    of("PMAT-", Body::Word, 20),
    of("SG.", Body::Dotted, 40),
    weak("SK", Body::Hex, 32, 32),
    of("aio_", Body::Alnum, 24),
    of("amzn.mws.", Body::Word, 30),
    of("amzn1.oa2-cs.v1.", Body::Hex, 40),
    of("api_org_", Body::Alnum, 28),
    of("apify_api_", Body::Alnum, 30),
    of("bb_live_", Body::Word, 20),
    label("bearer ", Body::Dotted, 16),
    of("bkua_", Body::Hex, 36),
    of("cfat_", Body::Word, 30),
    of("cfut_", Body::Word, 30),
    weak("cio", Body::Alnum, 32, 32),
    of("csk-", Body::Alnum, 32),
    weak("dapi", Body::Hex, 32, 34),
    of("dckr_oat_", Body::Word, 24),
    of("dckr_pat_", Body::Word, 24),
    of("discord.com/api/webhooks/", Body::Path, 40),
    of("discordapp.com/api/webhooks/", Body::Path, 40),
    of("doo_v1_", Body::Hex, 40),
    of("dop_v1_", Body::Hex, 40),
    of("dor_v1_", Body::Hex, 40),
    of("dp.audit.", Body::Dotted, 30),
    of("dp.ct.", Body::Dotted, 30),
    of("dp.pt.", Body::Dotted, 30),
    of("dp.sa.", Body::Dotted, 30),
    of("dp.scim.", Body::Dotted, 30),
    of("dp.st.", Body::Dotted, 30),
    of("dsapi", Body::Hex, 32),
    of("dt0c01.", Body::Dotted, 60),
    of("duffel_live_", Body::Word, 30),
    of("duffel_test_", Body::Word, 30),
    of("e2b_", Body::Hex, 30),
    of("esecret_", Body::Alnum, 20),
    of("eu01xx", Body::Alnum, 30),
    weak("fc-", Body::Hex, 32, 32),
    of("figd_", Body::Word, 30),
    of("figo_", Body::Word, 30),
    of("figoh_", Body::Word, 30),
    of("figor_", Body::Word, 30),
    of("figu_", Body::Word, 30),
    of("figuh_", Body::Word, 30),
    of("figur_", Body::Word, 30),
    of("fio-u-", Body::Word, 40),
    of("fm1_", Body::Base64, 60),
    of("fm1a_", Body::Base64, 60),
    of("fm1r_", Body::Base64, 60),
    of("fm2_", Body::Base64, 60),
    of("fo1_", Body::Word, 36),
    of("fw_", Body::Alnum, 20),
    of("gho_", Body::Alnum, 30),
    of("ghp_", Body::Alnum, 30),
    of("ghr_", Body::Alnum, 30),
    of("ghs_", Body::Alnum, 30),
    of("ghu_", Body::Alnum, 30),
    of("github_pat_", Body::Word, 40),
    of("glagent-", Body::Dotted, 18),
    of("glc_", Body::Base64, 32),
    of("glcbt-", Body::Dotted, 18),
    of("gldt-", Body::Dotted, 18),
    of("glffct-", Body::Dotted, 18),
    of("glft-", Body::Dotted, 18),
    of("glimt-", Body::Dotted, 18),
    of("gloas-", Body::Dotted, 18),
    of("glpat-", Body::Dotted, 18),
    of("glptt-", Body::Dotted, 18),
    of("glrt-", Body::Dotted, 18),
    of("glrtr-", Body::Dotted, 18),
    of("glsa_", Body::Word, 32),
    of("glsoat-", Body::Dotted, 18),
    of("glwt-", Body::Dotted, 18),
    of("gsk_", Body::Alnum, 36),
    of("hf_", Body::Alnum, 28),
    of("hooks.slack.com/", Body::Path, 24),
    of("hooks.zapier.com/hooks/catch/", Body::Path, 12),
    of("hvb.", Body::Word, 24),
    of("hvr.", Body::Word, 24),
    of("hvs.", Body::Word, 24),
    of("jina_", Body::Word, 40),
    weak("key-", Body::Hex, 32, 32),
    of("lin_api_", Body::Alnum, 30),
    of("lin_oauth_", Body::Alnum, 30),
    of("ls__", Body::Alnum, 28),
    of("lsv2_pt_", Body::Word, 32),
    of("lsv2_sk_", Body::Word, 32),
    of("mlsn.", Body::Hex, 50),
    of("nfp_", Body::Alnum, 30),
    of("npm_", Body::Alnum, 30),
    of("ntn_", Body::Alnum, 36),
    of("nvapi-", Body::Word, 40),
    of("ops_eyJ", Body::Base64, 80),
    weak("oy2", Body::Alnum, 43, 43),
    weak("pa-", Body::Word, 40, 60),
    of("pat-eu1-", Body::Word, 30),
    of("pat-na1-", Body::Word, 30),
    weak("pat", Body::Dotted, 70, 90),
    of("pcsk_", Body::Word, 40),
    of("phx_", Body::Word, 30),
    of("plaid-", Body::Word, 40),
    of("pnu_", Body::Alnum, 30),
    of("pplx-", Body::Alnum, 36),
    of("pscale_oauth_", Body::Dotted, 30),
    of("pscale_pw_", Body::Dotted, 30),
    of("pscale_tkn_", Body::Dotted, 30),
    of("pul-", Body::Hex, 36),
    of("pypi-AgE", Body::Word, 36),
    weak("r8_", Body::Alnum, 30, 44),
    of("rdme_", Body::Alnum, 50),
    of("re_", Body::Word, 24),
    of("rk_live_", Body::Alnum, 16),
    of("rk_prod_", Body::Alnum, 16),
    of("rk_test_", Body::Alnum, 16),
    of("rnd_", Body::Alnum, 24),
    of("rpa_", Body::Alnum, 36),
    of("rubygems_", Body::Hex, 40),
    of("rzp_live_", Body::Alnum, 14),
    of("rzp_test_", Body::Alnum, 14),
    of("sb_secret_", Body::Word, 20),
    of("sbp_", Body::Hex, 36),
    of("secret_", Body::Alnum, 36),
    of("shippo_live_", Body::Hex, 36),
    of("shippo_test_", Body::Hex, 36),
    of("shpat_", Body::Hex, 28),
    of("shpca_", Body::Hex, 28),
    of("shppa_", Body::Hex, 28),
    of("shpss_", Body::Hex, 28),
    of("shpua_", Body::Hex, 28),
    of("sk-admin-", Body::Word, 20),
    of("sk-ant-", Body::Word, 20),
    of("sk-lf-", Body::Word, 20),
    of("sk-or-v1-", Body::Word, 20),
    of("sk-proj-", Body::Word, 20),
    of("sk-svcacct-", Body::Word, 20),
    weak("sk-", Body::Word, 20, usize::MAX),
    of("sk_live_", Body::Alnum, 16),
    of("sk_prod_", Body::Alnum, 16),
    of("sk_test_", Body::Alnum, 16),
    weak("sk_", Body::Word, 32, usize::MAX),
    of("sl.", Body::Word, 100),
    of("sntrys_", Body::Base64, 40),
    of("sntryu_", Body::Hex, 40),
    of("sq0atp-", Body::Word, 20),
    of("sq0csp-", Body::Word, 30),
    of("sqa_", Body::Hex, 36),
    of("sqp_", Body::Hex, 36),
    of("squ_", Body::Hex, 36),
    of("tfp_", Body::Word, 40),
    of("tgp_v1_", Body::Word, 30),
    of("tk-us-", Body::Word, 40),
    of("tskey-", Body::Word, 20),
    of("tvly-", Body::Word, 20),
    of("v1.0-", Body::Word, 120),
    of("waka_", Body::Word, 36),
    of("webhook.office.com/webhookb2/", Body::Path, 40),
    of("whsec_", Body::Base64, 24),
    of("xai-", Body::Alnum, 36),
    of("xapp-", Body::Dotted, 20),
    of("xkeysib-", Body::Word, 60),
    of("xoxa-", Body::Dotted, 10),
    of("xoxb-", Body::Dotted, 10),
    of("xoxc-", Body::Dotted, 10),
    of("xoxd-", Body::Dotted, 10),
    of("xoxe-", Body::Dotted, 10),
    of("xoxe.", Body::Dotted, 10),
    of("xoxp-", Body::Dotted, 10),
    of("xoxr-", Body::Dotted, 10),
    of("xoxs-", Body::Dotted, 10),
    of("xsmtpsib-", Body::Word, 60),
    of("ya29.", Body::Dotted, 20),
    of("zpka_", Body::Word, 30),
];

/// The first two bytes of all prefixes, as bits.
static STARTS: [u64; 1024] = starts();

const fn starts() -> [u64; 1024] {
    let mut bits = [0; 1024];
    let mut index = 0;
    while index < PREFIXES.len() {
        let bytes = PREFIXES[index].text.as_bytes();
        let pair = (bytes[0] as usize) << 8 | bytes[1] as usize;
        bits[pair / 64] |= 1 << (pair % 64);
        index += 1;
    }
    bits
}

/// Whether some prefix begins with these two bytes.
pub(super) fn may_start(first: u8, second: u8) -> bool {
    let pair = usize::from(first) << 8 | usize::from(second);
    STARTS[pair / 64] & 1 << (pair % 64) != 0
}

/// The prefixes that begin a text, which begins with `first`.
pub(super) fn starting(text: &[u8], first: u8) -> impl Iterator<Item = &'static Prefix> {
    let start = PREFIXES.partition_point(|prefix| prefix.text.as_bytes()[0] < first);
    PREFIXES[start..]
        .iter()
        .take_while(move |prefix| prefix.text.as_bytes()[0] == first)
        .filter(move |prefix| text.starts_with(prefix.text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_that_the_search_needs() {
        for pair in PREFIXES.windows(2) {
            let [left, right] = pair else { unreachable!() };
            assert!(left.text.as_bytes()[0] <= right.text.as_bytes()[0], "{}", right.text);
            assert!(!right.text.starts_with(left.text), "{} never comes up", right.text);
        }
    }
}
