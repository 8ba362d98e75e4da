//! Which login is for which server: one that was given for all, and those of a list by host, as `~/.netrc` has them.
//!
//! A password that is meant for one host goes to no other: an entry counts where the server's name is its own, letter case
//! aside; the one without a name counts where no other does. What was given for all wins; where only the user was, the
//! entry has to be that user's. Not here: reading the list (`cli::secret`).

use super::{Login, Secret};

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLogin {
    /// The server's name; `None` counts for all that have no entry.
    pub host: Option<String>,
    /// The user, where the entry names one.
    pub user: Option<String>,
    /// The password, where the entry has one.
    pub secret: Option<Secret>,
}

/// All that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    /// Given for whatever server it is.
    pub given: Login,
    /// By host, in the order of the file.
    pub by_host: Vec<HostLogin>,
}

impl Logins {
    /// The login for a server, by its name, or by its address where it has none.
    #[must_use]
    pub fn for_host(&self, host: &str) -> Login {
        let mut login = self.given.clone();
        if login.user.is_some() && login.secret.is_some() {
            return login;
        }
        let fits = |entry: &&HostLogin| login.user.is_none() || entry.user.is_none() || entry.user == login.user;
        let host = host.trim_end_matches('.');
        let named = |entry: &&HostLogin| entry.host.as_deref().is_some_and(|of| of.eq_ignore_ascii_case(host));
        let entry = self.by_host.iter().filter(named).find(fits);
        let entry = entry.or_else(|| self.by_host.iter().filter(|entry| entry.host.is_none()).find(fits));
        if let Some(entry) = entry {
            login.user = login.user.or_else(|| entry.user.clone());
            login.secret = login.secret.or_else(|| entry.secret.clone());
        }
        login
    }
}

#[cfg(test)]
mod tests {
    use super::{HostLogin, Logins};
    use crate::smtp::auth::{Login, Secret};

    fn entry(host: Option<&str>, user: &str, secret: &str) -> HostLogin {
        HostLogin { host: host.map(Into::into), user: Some(user.into()), secret: Some(Secret::new(secret.into())) }
    }

    #[track_caller]
    fn check(given: Login, host: &str, expected: (Option<&str>, Option<&str>)) {
        let by_host = vec![
            entry(Some("mx.test"), "a", "one"),
            entry(Some("mx.test"), "b", "two"),
            entry(None, "c", "three"),
            entry(Some("late.test"), "d", "four"),
        ];
        let login = Logins { given, by_host }.for_host(host);
        assert_eq!((login.user.as_deref(), login.secret.as_ref().map(Secret::expose)), expected, "{host:?}");
    }

    #[test]
    fn a_password_goes_to_its_own_host_only() {
        let nobody = Login::default;
        let user = |user: &str| Login { user: Some(user.into()), ..Login::default() };
        check(nobody(), "MX.test.", (Some("a"), Some("one")));
        check(nobody(), "late.test", (Some("d"), Some("four")));
        check(nobody(), "other.test", (Some("c"), Some("three")));
        check(nobody(), "192.0.2.1", (Some("c"), Some("three")));
        check(user("b"), "mx.test", (Some("b"), Some("two")));
        check(user("x"), "mx.test", (Some("x"), None));
        let whole = Login { secret: Some(Secret::new("own".into())), ..user("x") };
        check(whole, "mx.test", (Some("x"), Some("own")));
    }
}
