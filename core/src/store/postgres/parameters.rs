//! The parameters of a Postgres URL: which there are, and which values each may have.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use crate::model::InvalidField;

/// A parameter that is known here.
pub(super) struct Parameter {
    name: &'static str,
    values: Values,
}

/// What a parameter may be set to.
#[derive(Clone, Copy)]
enum Values {
    Text,
    /// One of these, which the driver knows,
    Among(&'static [&'static str]),
    /// a number of seconds,
    Seconds,
    /// of times,
    Times,
    /// 0 or 1,
    Switch,
    /// a port, or one for each host,
    Ports,
    /// or addresses, one for each host.
    Addresses,
}

pub(super) const PORT: Parameter = of("port", Values::Ports);

/// `sslrootcert` is ours, as are two of the values of `sslmode`; the rest is the driver's.
const KNOWN: [Parameter; 20] = [
    of("application_name", Values::Text),
    of(
        "channel_binding",
        Values::Among(&["disable", "prefer", "require"]),
    ),
    of("connect_timeout", Values::Seconds),
    of("dbname", Values::Text),
    of("host", Values::Text),
    of("hostaddr", Values::Addresses),
    of("keepalives", Values::Switch),
    of("keepalives_idle", Values::Seconds),
    of("keepalives_interval", Values::Seconds),
    of("keepalives_retries", Values::Times),
    of("load_balance_hosts", Values::Among(&["disable", "random"])),
    of("options", Values::Text),
    of("password", Values::Text),
    PORT,
    of(
        "sslmode",
        Values::Among(&["disable", "prefer", "require", "verify-ca", "verify-full"]),
    ),
    of("sslnegotiation", Values::Among(&["postgres", "direct"])),
    of("sslrootcert", Values::Text),
    of(
        "target_session_attrs",
        Values::Among(&["any", "read-write", "read-only"]),
    ),
    of("tcp_user_timeout", Values::Seconds),
    of("user", Values::Text),
];

const fn of(name: &'static str, values: Values) -> Parameter {
    Parameter { name, values }
}

impl Parameter {
    /// Refuses a value that it cannot have.
    pub(super) fn check(&self, value: &str) -> Result<(), InvalidField> {
        let is_port = |port: &str| port.is_empty() || port.parse().is_ok_and(|port: u16| port > 0);
        let is_number = |value: &str| value.parse().is_ok_and(|number: i32| number >= 0);
        let rule = match self.values {
            Values::Text if value.contains('\0') => "must not contain NUL",
            Values::Among(values) if !values.contains(&value) => {
                let rule = format!("is not one of {}", values.join(", "));
                return Err(InvalidField::new(self.field(), rule));
            }
            Values::Seconds if !is_number(value) => {
                "is not a whole number of seconds from 0 to 2147483647"
            }
            Values::Times if !is_number(value) => "is not a whole number from 0 to 2147483647",
            Values::Switch if !["0", "1"].contains(&value) => "is not 0 or 1",
            Values::Ports if !value.split(',').all(is_port) => "is not a number from 1 to 65535",
            Values::Addresses if value.split(',').any(|one| one.parse::<IpAddr>().is_err()) => {
                "is not an IP address"
            }
            _ => return Ok(()),
        };
        Err(InvalidField::new(self.field(), rule))
    }

    fn field(&self) -> String {
        format!("url.{}", self.name)
    }
}

/// A parameter that a URL sets.
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// As the driver reads it.
    pub(super) for_the_driver: String,
}

impl Given {
    /// Whether it says where the server is, and not how it is used.
    pub(super) fn says_where(&self) -> bool {
        ["host", "hostaddr", "port"].contains(&self.name)
    }
}

/// The parameters that stand behind `?`, in their order.
pub(super) fn given(query: &str) -> impl Iterator<Item = Result<Given, InvalidField>> {
    let mut behind_password = false;
    let each = query.split('&').filter(|parameter| !parameter.is_empty());
    each.map(move |parameter| {
        let given = read(parameter, behind_password)?;
        behind_password |= given.name == "password";
        Ok(given)
    })
}

fn read(parameter: &str, behind_password: bool) -> Result<Given, InvalidField> {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let decoded = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded.ok().map(String::from)
    };
    let known = decoded(name).and_then(|name| KNOWN.iter().find(|known| known.name == name));
    let Some(known) = known else {
        return Err(unknown(name, behind_password));
    };
    let Some(value) = decoded(value) else {
        return Err(InvalidField::new(known.field(), "is not UTF-8"));
    };
    known.check(&value)?;
    let for_the_driver = match (known.name, &*value) {
        ("sslmode", "verify-ca" | "verify-full") => "sslmode=require".to_owned(),
        // The driver takes the first `@` of the whole URL for the end of the login.
        _ => parameter.replace('@', "%40"),
    };
    Ok(Given {
        name: known.name,
        value,
        for_the_driver,
    })
}

/// The name of one that nobody knows is told where it is one; behind a password it may be a part of that.
fn unknown(name: &str, behind_password: bool) -> InvalidField {
    let is_name = (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_name && !behind_password {
        let rule = "is no parameter of a Postgres URL that is known here";
        return InvalidField::new(format!("url.{name}"), rule);
    }
    let rule =
        "has a parameter that is not known here: percent-encode what stands in values (`&` as %26)";
    InvalidField::new("url", rule)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_refused_by_the_rule_that_it_breaks() {
        let among = "is not one of ";
        let seconds = "is not a whole number of seconds";
        for (parameter, rule) in [
            (
                "sslmode=perhaps",
                "is not one of disable, prefer, require, verify-ca, verify-full",
            ),
            (
                "channel_binding=1",
                "is not one of disable, prefer, require",
            ),
            (
                "target_session_attrs=primary",
                "is not one of any, read-write, read-only",
            ),
            ("load_balance_hosts=yes", "is not one of disable, random"),
            ("sslnegotiation=", among),
            ("connect_timeout=-1", seconds),
            ("connect_timeout=soon", seconds),
            ("connect_timeout", seconds),
            ("tcp_user_timeout=-5", seconds),
            ("keepalives_idle=99999999999", seconds),
            ("keepalives_interval=1.5", seconds),
            ("keepalives_retries=-1", "is not a whole number"),
            ("keepalives=yes", "is not 0 or 1"),
            ("port=port", "is not a number from 1 to 65535"),
            ("port=0", "is not a number from 1 to 65535"),
            ("port=1,70000", "is not a number from 1 to 65535"),
            ("hostaddr=example.org", "is not an IP address"),
            ("host=a%00b", "must not contain NUL"),
            ("dbname=a%00b", "must not contain NUL"),
            ("user=a%00b", "must not contain NUL"),
            ("password=%00", "must not contain NUL"),
            ("sslrootcert=a%00b", "must not contain NUL"),
            ("sslrootcert=%ff", "is not UTF-8"),
        ] {
            let refused = read(parameter, true).map(|_| ()).unwrap_err();
            let name = parameter.split('=').next().unwrap();
            assert_eq!(refused.field, format!("url.{name}"), "{refused}");
            assert!(refused.rule.starts_with(rule), "{parameter}: {refused}");
        }
    }
}
