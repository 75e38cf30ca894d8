//! A statement: its name, whose rows it may touch, and its text for each engine.

use std::sync::OnceLock;

/// Whose rows a statement may touch. The proofs hold each kind to its own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(feature = "testing"),
    allow(unreachable_pub, reason = "public to the proofs alone")
)]
pub enum Scope {
    /// `$1` is the tenant. The transaction binds it; every reference to a tenant-owned table is
    /// constrained by it.
    Tenant,
    /// Touches global tables only; parameters of its own.
    #[allow(
        dead_code,
        reason = "no statement is of this kind; the proofs hold it to its rule"
    )]
    Global,
    /// Across tenants by design: migration, scan, tenants. An explicit list.
    Operator,
    /// Transactions and settings.
    Control,
}

/// One statement of the registry, written with `$n` for both engines. An engine that does not run it has an
/// empty text.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
    numbered: OnceLock<String>,
}

impl Statement {
    pub(crate) const fn new(
        name: &'static str,
        scope: Scope,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self {
            name,
            scope,
            sqlite,
            postgres,
            numbered: OnceLock::new(),
        }
    }

    /// The text for SQLite with `?n`: there `$n` would be a named parameter, numbered by its first
    /// appearance.
    pub(crate) fn sqlite_text(&self) -> &str {
        self.numbered.get_or_init(|| numbered(self.sqlite))
    }
}

impl Statement {
    /// Whether it writes a table whose triggers move the policy epoch.
    pub(crate) fn moves_epoch(&self) -> bool {
        const WATCHED: [&str; 7] = [
            "users",
            "roles",
            "user_roles",
            "role_permissions",
            "role_inheritance",
            "role_denies",
            "tenants",
        ];
        self.target().is_some_and(|table| WATCHED.contains(&table))
    }

    /// Whether it writes counters and nothing else: they may be committed without an event.
    pub(crate) fn counts(&self) -> bool {
        self.target() == Some("login_throttles")
    }

    /// The table that it writes.
    fn target(&self) -> Option<&'static str> {
        let mut words = self.postgres.split_whitespace();
        match words.next() {
            Some("UPDATE") => words.next(),
            Some("INSERT" | "DELETE") => words.nth(1),
            _ => None,
        }
    }
}

/// Rewrites `$n` to `?n`.
pub(crate) fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let parameter = c == '$' && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if parameter { '?' } else { c });
    }
    out
}

/// Declares statements and `ALL`, the list of them, so that none can be left out of the registry.
///
/// `name: Scope = "text";` where the engines agree, `name: Scope = { sqlite: "…", postgres: "…" };`
/// where they do not; `name: Scope = on sqlite "…";` or `on postgres` where only one of them runs it.
macro_rules! statements {
    (
        $( $(#[$meta:meta])* $name:ident : $scope:ident =
            $( $same:literal )?
            $( concat $joined:tt )?
            $( { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? } )?
            $( on sqlite $on_sqlite:literal )?
            $( on postgres $on_postgres:literal )? ;
        )*
    ) => {
        $(
            $(#[$meta])*
            pub(crate) static $name: $crate::store::Statement = $crate::store::Statement::new(
                stringify!($name),
                $crate::store::Scope::$scope,
                $( $same, $same )?
                $( concat!$joined, concat!$joined )?
                $( $sqlite, $postgres )?
                $( $on_sqlite, "" )?
                $( "", $on_postgres )?
            );
        )*
        pub(crate) static ALL: &[&$crate::store::Statement] = &[ $( &$name ),* ];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::numbered;
    use crate::store::statements;

    #[test]
    fn only_the_counters_of_logins_are_written_without_an_event() {
        let mut counters: Vec<&str> = statements::all()
            .filter(|statement| statement.counts())
            .map(|statement| statement.name)
            .collect();
        counters.sort_unstable();
        assert_eq!(
            counters,
            ["THROTTLES_FORGET", "THROTTLE_FORGET", "THROTTLE_PUT"]
        );
    }

    #[test]
    fn parameters_keep_their_numbers_on_sqlite() {
        assert_eq!(
            numbered("select $2, $1 where $10 = '$'"),
            "select ?2, ?1 where ?10 = '$'"
        );
    }
}
