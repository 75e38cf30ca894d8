//! Whether two texts of a trigger or of a policy mean the same, of which one is Postgres's own.
//!
//! Postgres keeps no text of them. It tells what it understood: with parentheses and casts to text of its own, events in
//! its order, names without what they stand for in a subselect. Both texts are brought to one form here, in which each
//! operator has its parentheses; what cannot be read so has none, and is the same as its own text only.

/// Whether they mean the same.
pub(super) fn same(told: &str, written: &str) -> bool {
    told == written || form(told).is_some_and(|form_of_told| Some(form_of_told) == form(written))
}

/// The one form of a statement: its words, with each condition as a tree.
fn form(text: &str) -> Option<Vec<String>> {
    let mut reader = Reader::of(text)?;
    let mut words = Vec::new();
    while let Some(word) = reader.next() {
        let is_condition = ["when", "using", "check"].contains(&word.as_str());
        words.push(word);
        if is_condition && reader.peek() == Some("(") {
            words.push(reader.expression(0)?);
        }
    }
    Some(in_order(&words))
}

/// With the events of a trigger in the order of their names.
fn in_order(words: &[String]) -> Vec<String> {
    let at = |wanted: &[&str]| {
        words
            .iter()
            .position(|word| wanted.contains(&word.as_str()))
    };
    let (Some(first), Some(last)) = (at(&["before", "after"]), at(&["on"])) else {
        return words.to_vec();
    };
    let (Some(head), Some(events), Some(rest)) = (
        words.get(..=first),
        words.get(first + 1..last),
        words.get(last..),
    ) else {
        return words.to_vec();
    };
    let mut events: Vec<String> = events
        .split(|word| word == "or")
        .map(|event| event.join(" "))
        .collect();
    events.sort();
    [head, &events, rest].concat()
}

/// What is read, word by word.
struct Reader {
    words: Vec<String>,
    at: usize,
}

impl Reader {
    /// The words of a text: names in small letters, without quotes; literals as they are. A text with a comment has
    /// none: what it comments out depends on where its lines end.
    fn of(text: &str) -> Option<Self> {
        const OPERATORS: &str = "+-*/<>=~!@%^&|:";
        if text.contains("--") || text.contains("/*") {
            return None;
        }
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\'' | '"' => rest.get(1..)?.find(first)? + 2,
                _ if is_of_a_name(first) => run(rest, is_of_a_name),
                _ if OPERATORS.contains(first) => run(rest, |c| OPERATORS.contains(c)),
                _ => first.len_utf8(),
            };
            let (word, behind) = rest.split_at_checked(length)?;
            words.push(match first {
                '\'' => word.to_owned(),
                '"' => word.trim_matches('"').to_owned(),
                _ => word.to_ascii_lowercase(),
            });
            rest = behind.trim_start();
        }
        Some(Self { words, at: 0 })
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Option<String> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    /// Passes the word if it comes next.
    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.peek() == Some(word);
        self.at += usize::from(is_next);
        is_next
    }

    fn must(&mut self, word: &str) -> Option<()> {
        self.takes(word).then_some(())
    }

    /// An expression, as far as its operators bind more strongly than what is around it.
    fn expression(&mut self, around: u8) -> Option<String> {
        let mut left = match self.takes("not") {
            true => format!("(not {})", self.expression(2)?),
            false => self.operand()?,
        };
        while let Some(operator) = self.peek().map(ToOwned::to_owned) {
            let binds = match operator.as_str() {
                "or" => 1,
                "and" => 2,
                "is" => 3,
                "=" | "<>" | "<" | ">" | "<=" | ">=" | "~" => 4,
                "::" => 5,
                _ => return Some(left),
            };
            if binds <= around {
                return Some(left);
            }
            self.at += 1;
            left = match operator.as_str() {
                "is" => self.test(&left)?,
                "::" => self.cast(left)?,
                operator => format!("({left} {operator} {})", self.expression(binds)?),
            };
        }
        Some(left)
    }

    /// What follows IS.
    fn test(&mut self, left: &str) -> Option<String> {
        let not = self.takes("not");
        let test = if self.takes("distinct") {
            self.must("from")?;
            distinct(left, &self.expression(3)?)
        } else {
            self.must("null")?;
            format!("({left} is null)")
        };
        Some(match not {
            true => format!("(not {test})"),
            false => test,
        })
    }

    /// Every text of a row is compared as a text.
    fn cast(&mut self, left: String) -> Option<String> {
        let kind = self.next()?;
        let long = kind == "character" && self.takes("varying");
        if self.peek() != Some("(") && (long || kind == "text") {
            return Some(left);
        }
        Some(format!("({left}::{kind})"))
    }

    fn operand(&mut self) -> Option<String> {
        let first = self.next()?;
        if first == "(" {
            return match self.takes("select") {
                true => self.subselect(),
                false => {
                    let parts = self.list()?;
                    Some(match parts.as_slice() {
                        [one] => one.clone(),
                        parts => row(parts),
                    })
                }
            };
        }
        if !first.starts_with(|c: char| c == '\'' || is_of_a_name(c)) {
            return None;
        }
        if self.takes("(") {
            let parts = self.list()?;
            return Some(match first.as_str() {
                "row" => row(&parts),
                function => format!("{function}({})", parts.join(", ")),
            });
        }
        if !self.takes(".") {
            return Some(first);
        }
        let column = self.next()?;
        Some(match first.as_str() {
            "new" | "old" => format!("{first}.{column}"),
            _ => column,
        })
    }

    /// What stands between commas, to the closing parenthesis.
    fn list(&mut self) -> Option<Vec<String>> {
        let mut parts = Vec::new();
        if self.takes(")") {
            return Some(parts);
        }
        loop {
            parts.push(self.expression(0)?);
            if !self.takes(",") {
                self.must(")")?;
                return Some(parts);
            }
        }
    }

    /// One value, perhaps from one row, perhaps under a condition.
    fn subselect(&mut self) -> Option<String> {
        let mut parts = format!("(select {}", self.expression(0)?);
        self.alias()?;
        for clause in ["from", "where"] {
            if self.takes(clause) {
                parts = format!("{parts} {clause} {}", self.expression(0)?);
                self.alias()?;
            }
        }
        self.must(")")?;
        Some(format!("{parts})"))
    }

    /// A name that is given to what was selected, and to its columns.
    fn alias(&mut self) -> Option<()> {
        let named = self.takes("as");
        let is_name = |word: &str| !["from", "where", ")"].contains(&word);
        if named || self.peek().is_some_and(is_name) {
            self.next()?;
            if self.takes("(") {
                self.list()?;
            }
        }
        Some(())
    }
}

/// What stands between the parts of a row.
const BETWEEN: char = '\u{1f}';

fn row(parts: &[String]) -> String {
    let each = parts.iter().map(|part| format!("{BETWEEN}{part}"));
    format!("row{}", each.collect::<String>())
}

/// Rows are compared part by part, and Postgres tells it so.
fn distinct(left: &str, right: &str) -> String {
    let compared = |(left, right)| format!("({left} is distinct from {right})");
    let prefix = format!("row{BETWEEN}");
    let rows = (left.strip_prefix(&prefix), right.strip_prefix(&prefix));
    let (Some(these), Some(those)) = rows else {
        return compared((left, right));
    };
    let pairs = these.split(BETWEEN).zip(those.split(BETWEEN)).map(compared);
    let all = pairs.reduce(|all, pair| format!("({all} or {pair})"));
    all.unwrap_or_default()
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// How long the run of such characters is that a text begins with.
fn run(text: &str, is_of_it: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_of_it(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::same;

    const WRITTEN: &str = "CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON drones\n    FOR EACH ROW WHEN \
        (NEW.id <> OLD.id OR NEW.a IS NOT NULL AND NEW.b IS NOT DISTINCT FROM OLD.b)\n    EXECUTE FUNCTION \
        refuse('Key:drones')";

    fn told(events: &str, condition: &str) -> String {
        format!(
            "CREATE TRIGGER guard BEFORE {events} ON drones FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION \
             refuse('Key:drones')"
        )
    }

    #[test]
    fn what_postgres_tells_of_a_text_means_the_text() {
        let condition = "(((new.id)::text <> (old.id)::text) OR ((new.a IS NOT NULL) AND \
                         (NOT ((new.b)::text IS DISTINCT FROM (old.b)::text))))";
        assert!(same(&told("DELETE OR UPDATE", condition), WRITTEN));
        assert!(same(
            "CREATE POLICY p ON t USING (((id)::text = ( SELECT NULLIF(current_setting('s'::text, true), ''::text) \
             AS \"nullif\")))",
            "CREATE POLICY p ON t USING (id = (SELECT nullif(current_setting('s', true), '')))"
        ));
        assert!(same(
            "CREATE POLICY p ON t USING ((id = ( SELECT named.named FROM NULLIF(s, ''::text) named(named) WHERE \
             (\"left\"(named.named, 1) <> '~'::text))))",
            "CREATE POLICY p ON t USING (id = (SELECT named FROM nullif(s, '') AS named WHERE left(named, 1) <> '~'))"
        ));
        assert!(same(
            "CREATE TRIGGER t BEFORE UPDATE ON m WHEN (new.a IS DISTINCT FROM old.a OR new.b::text IS DISTINCT FROM \
             old.b OR new.c IS DISTINCT FROM old.c)",
            "CREATE TRIGGER t BEFORE UPDATE ON m WHEN ((NEW.a, NEW.b::text, NEW.c) IS DISTINCT FROM (OLD.a, OLD.b, OLD.c))"
        ));
    }

    #[test]
    fn another_condition_event_or_function_means_something_else() {
        let usual = "NEW.id <> OLD.id OR NEW.a IS NOT NULL AND NEW.b IS NOT DISTINCT FROM OLD.b";
        assert!(same(&told("UPDATE OR DELETE", usual), WRITTEN));
        for (events, condition) in [
            ("UPDATE", usual),
            ("UPDATE OF id OR DELETE", usual),
            ("UPDATE OR DELETE", "false"),
            ("UPDATE OR DELETE", "NEW.id <> OLD.id"),
            (
                "UPDATE OR DELETE",
                "(NEW.id <> OLD.id OR NEW.a IS NOT NULL) AND NEW.b IS NOT DISTINCT FROM OLD.b",
            ),
            (
                "UPDATE OR DELETE",
                "NEW.id <> OLD.id OR NEW.a IS NULL AND NEW.b IS NOT DISTINCT FROM OLD.b",
            ),
            (
                "UPDATE OR DELETE",
                "NEW.id::char <> OLD.id OR NEW.a IS NOT NULL AND NEW.b IS NOT DISTINCT FROM OLD.b",
            ),
            (
                "UPDATE OR DELETE",
                "NEW.id::varchar(1) <> OLD.id OR NEW.a IS NOT NULL AND NEW.b IS NOT DISTINCT FROM OLD.b",
            ),
            (
                "UPDATE OR DELETE",
                "NEW.id <> NEW.id OR NEW.a IS NOT NULL AND NEW.b IS NOT DISTINCT FROM OLD.b",
            ),
        ] {
            assert!(
                !same(&told(events, condition), WRITTEN),
                "{events}: {condition}"
            );
        }
        assert!(!same(&WRITTEN.replace("Key", "key"), WRITTEN));
        assert!(!same(&WRITTEN.replace("refuse(", "allow("), WRITTEN));
        assert!(!same(&WRITTEN.replace(" ROW ", " STATEMENT "), WRITTEN));
    }

    #[test]
    fn what_cannot_be_read_is_the_same_as_itself_only() {
        for text in ["WHEN (a ?? b)", "SELECT 1 -- a\nAND b", "USING ('open"] {
            assert!(same(text, text), "{text}");
            assert!(!same(&text.to_ascii_uppercase(), text), "{text}");
        }
        assert!(!same("SELECT 1 -- a AND\n b", "SELECT 1 -- a\nAND b"));
    }
}
