//! Reads a literal `host:port`.

/// Address and port.
pub(crate) type Server = (String, Option<u16>);

pub(super) fn parse(server: &str) -> Result<Server, &'static str> {
    if server.is_empty() || server.contains(['/', '@', '?', '{']) || server.contains(' ') {
        return Err("`server` is a host and a port, as in `\"api.openai.com:443\"`");
    }
    match server.rsplit_once(':') {
        // `::1` has no port, `[::1]:8080` has.
        Some((host, _)) if host.contains(':') && !host.ends_with(']') => {}
        Some((host, port)) if !host.is_empty() => {
            let port =
                port.parse().map_err(|_| "the port of `server` is not a number below 65536")?;
            return Ok((host.to_owned(), Some(port)));
        }
        Some(_) => return Err("the host of `server` is missing, as in `\"localhost:11434\"`"),
        None => {}
    }
    Ok((server.to_owned(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_told_apart() {
        for (server, expected) in [
            ("api.openai.com:443", Some(("api.openai.com", Some(443)))),
            ("localhost", Some(("localhost", None))),
            ("[::1]:8080", Some(("[::1]", Some(8080)))),
            ("::1", Some(("::1", None))),
            ("https://api.openai.com", None),
            ("host:port", None),
            ("host:65536", None),
            (":80", None),
            ("", None),
        ] {
            let found = parse(server).ok();
            let found = found.as_ref().map(|(host, port)| (host.as_str(), *port));
            assert_eq!(found, expected, "{server}");
        }
    }
}
