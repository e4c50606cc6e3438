//! How to reach a cluster: every connection flag that kubectl has, spelled as kubectl spells it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueHint};

/// kubectl's flags for the connection to the API server.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Connection, as in kubectl")]
#[allow(clippy::struct_excessive_bools)] // Independent flags.
pub(crate) struct Connection {
    /// The kubeconfig to use instead of $KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "PATH", value_parser = path())]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig to use
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The cluster of the kubeconfig to use
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,
    /// The user of the kubeconfig to use
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The address of the API server
    #[arg(short, long, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// The name that the server's certificate must carry
    #[arg(long, value_name = "NAME")]
    pub(crate) tls_server_name: Option<String>,
    /// Do not check the server's certificate: anybody could answer
    #[arg(long)]
    pub(crate) insecure_skip_tls_verify: bool,
    /// The certificates of the authorities to trust
    #[arg(long, value_name = "PATH", value_parser = path())]
    pub(crate) certificate_authority: Option<PathBuf>,
    /// The certificate to show the server
    #[arg(long, value_name = "PATH", value_parser = path())]
    pub(crate) client_certificate: Option<PathBuf>,
    /// The key of that certificate
    #[arg(long, value_name = "PATH", value_parser = path())]
    pub(crate) client_key: Option<PathBuf>,
    /// The bearer token to show the server
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// The user name for basic authentication
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// The password for basic authentication
    #[arg(long, value_name = "PASSWORD")]
    pub(crate) password: Option<String>,
    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    pub(crate) impersonate: Option<String>,
    /// Act as a member of this group; can be repeated
    #[arg(long = "as-group", value_name = "GROUP")]
    pub(crate) impersonate_group: Vec<String>,
    /// Act as the user with this UID
    #[arg(long = "as-uid", value_name = "UID")]
    pub(crate) impersonate_uid: Option<String>,
    /// Act as a user with this extra field; can be repeated
    #[arg(long = "as-user-extra", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(crate) impersonate_user_extra: Vec<(String, String)>,
    /// How long to wait for one answer: 5, 5s, 2m, 1h; 0 waits for ever
    #[arg(long, value_name = "TIME", default_value = "30s")]
    pub(crate) request_timeout: RequestTimeout,
    /// Ask the server not to compress its answers
    #[arg(long)]
    pub(crate) disable_compression: bool,
    /// Where kubectl keeps what it learnt about servers
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, value_parser = path())]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Treat warnings of the server as errors
    #[arg(long)]
    pub(crate) warnings_as_errors: bool,
    /// How much to tell of the requests: 6 and up shows each of them
    #[arg(short, long = "v", value_name = "LEVEL", default_value_t = 0)]
    pub(crate) v: u32,
}

/// A path, or an empty word for none.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

impl Connection {
    /// To kubectl an empty value is one that was not given.
    pub(crate) fn without_empty(&self) -> Self {
        let mut given = self.clone();
        let words = [
            &mut given.context,
            &mut given.cluster,
            &mut given.user,
            &mut given.server,
            &mut given.tls_server_name,
            &mut given.token,
            &mut given.username,
            &mut given.password,
            &mut given.impersonate,
            &mut given.impersonate_uid,
        ];
        for word in words {
            *word = word.take().filter(|word| !word.is_empty());
        }
        let paths = [
            &mut given.kubeconfig,
            &mut given.certificate_authority,
            &mut given.client_certificate,
            &mut given.client_key,
            &mut given.cache_dir,
        ];
        for path in paths {
            *path = path.take().filter(|path| !path.as_os_str().is_empty());
        }
        given
    }
}

/// How long to wait for one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestTimeout(pub(crate) Option<Duration>);

impl Default for RequestTimeout {
    fn default() -> Self {
        Self(Some(Duration::from_secs(30)))
    }
}

impl FromStr for RequestTimeout {
    type Err = String;

    /// A number of seconds, or numbers with units as Go writes durations: `1m30s`.
    fn from_str(text: &str) -> Result<Self, String> {
        let seconds = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => go_duration(text).ok_or_else(|| "expected a time such as 5s, 2m or 1h".to_owned())?,
        };
        Ok(Self((!seconds.is_zero()).then_some(seconds)))
    }
}

fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
        let (digits, unit) = rest.split_at(rest.len() - number.len());
        let (one, length) = unit_at_start(unit)?;
        sum = sum.checked_add(Duration::try_from_secs_f64(digits.parse::<f64>().ok()? * one).ok()?)?;
        rest = &unit[length..];
    }
    (!text.is_empty()).then_some(sum)
}

/// The seconds of a unit, and how long its name is.
fn unit_at_start(text: &str) -> Option<(f64, usize)> {
    const UNITS: [(&str, f64); 8] =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    UNITS.iter().find(|(unit, _)| text.starts_with(unit)).map(|(unit, one)| (*one, unit.len()))
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}
