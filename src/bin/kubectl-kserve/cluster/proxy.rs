//! The proxy of the environment, and the servers that `NO_PROXY` exempts from it, by Go's rules.
//! <https://pkg.go.dev/golang.org/x/net/http/httpproxy>

use std::net::IpAddr;

/// The address of the proxy; none for a server that is asked without one.
pub(super) fn of_environment(server: &http::Uri) -> Option<String> {
    let is_secure = server.scheme_str() == Some("https");
    let variables = if is_secure { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let proxy = first_of(variables)?;
    let exempt = first_of(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let port = server.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
    (!is_loopback(&host) && !is_exempt(&exempt, &host, port)).then_some(proxy)
}

fn first_of(names: [&str; 2]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Go never asks a proxy for an address of the machine itself.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an entry of the list is `*`, the address, a range of addresses that it is in, the name or a domain above it.
fn is_exempt(list: &str, host: &str, port: u16) -> bool {
    let entries = list.split(',').map(|entry| entry.trim().to_ascii_lowercase());
    entries.filter(|entry| !entry.is_empty()).any(|entry| entry == "*" || covers(&entry, host, port))
}

fn covers(entry: &str, host: &str, port: u16) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    if let Some((network, length)) = range(entry) {
        return address.is_some_and(|address| contains(network, length, address));
    }
    let (name, wanted) = name_and_port(entry);
    if wanted.is_some_and(|wanted| wanted != port.to_string()) {
        return false;
    }
    if let Ok(named) = name.parse::<IpAddr>() {
        return address == Some(named);
    }
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    match name.strip_prefix('.') {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => !name.is_empty() && host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
    }
}

fn name_and_port(entry: &str) -> (&str, Option<&str>) {
    let is_bare_address = entry.parse::<IpAddr>().is_ok();
    match entry.rsplit_once(':') {
        Some((name, port)) if !is_bare_address => {
            (name.trim_matches(['[', ']']), Some(port).filter(|port| !port.is_empty()))
        }
        _ => (entry.trim_matches(['[', ']']), None),
    }
}

fn range(entry: &str) -> Option<(IpAddr, u32)> {
    let (network, length) = entry.split_once('/')?;
    Some((network.parse().ok()?, length.parse().ok()?))
}

fn contains(network: IpAddr, length: u32, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            length <= 32 && (u32::from(network) ^ u32::from(address)).checked_shr(32 - length).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            length <= 128 && (u128::from(network) ^ u128::from(address)).checked_shr(128 - length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_exempt;

    #[test]
    fn no_proxy_means_what_it_means_to_go() {
        let cases = [
            ("*", "api.corp.invalid", true),
            ("a,*", "api.corp.invalid", true),
            ("api.corp.invalid", "api.corp.invalid", true),
            ("corp.invalid", "api.corp.invalid", true),
            ("corp.invalid", "acorp.invalid", false),
            (".corp.invalid", "api.corp.invalid", true),
            (".corp.invalid", "corp.invalid", false),
            ("*.corp.invalid", "api.corp.invalid", true),
            ("*.corp.invalid", "corp.invalid", false),
            ("API.corp.invalid:6443", "api.corp.invalid", true),
            ("api.corp.invalid:443", "api.corp.invalid", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("10.1.2.3:6443", "10.1.2.3", true),
            ("10.1.2.3:443", "10.1.2.3", false),
            ("2001:db8::1", "2001:db8::1", true),
            ("[2001:db8::1]:443", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8::7", true),
            ("", "api.corp.invalid", false),
            (" , ", "api.corp.invalid", false),
        ];
        for (list, host, expected) in cases {
            assert_eq!(is_exempt(list, host, 6443), expected, "{list} {host}");
        }
    }
}
