//! The functions and parameters that a proved statement may use.
//!
//! A function can reach what the text does not show: `query_to_xml` runs SQL, `set_config` moves the
//! tenant that row-level security reads, `load_extension` runs anything. So the list is of what may
//! be called, and a function that reads nothing but its arguments is added here when it is first used.

use ringfence::testing::Engine;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, ObjectName, Statement, Value, ValueWithSpan, Visit, Visitor};

use super::engine::Reads;
use super::proof::{Reason, Violation};

/// Functions whose result depends on their arguments, the clock, chance or the transaction's number, and on
/// nothing stored.
const FUNCTIONS: &[&str] = &[
    // aggregates and windows
    "array_agg avg bool_and bool_or count dense_rank first_value group_concat json_agg",
    "json_group_array json_group_object json_object_agg jsonb_agg lag last_value lead max min ntile",
    "rank row_number string_agg sum total",
    // values
    "abs coalesce greatest ifnull iif least nullif round typeof",
    // text and bytes
    "bit_length char_length concat concat_ws convert_from convert_to decode encode format glob hex instr",
    "left length lower ltrim md5 octet_length printf quote replace right rtrim sha256 split_part",
    "starts_with strpos substr substring translate trim unhex upper zeroblob",
    // JSON
    "json json_array json_array_length json_build_array json_build_object json_extract json_object",
    "json_type json_typeof json_valid jsonb_array_length jsonb_build_array jsonb_build_object",
    "jsonb_typeof to_json to_jsonb",
    // arrays
    "array_length cardinality",
    // time and chance
    "clock_timestamp current_date current_timestamp date date_trunc datetime gen_random_uuid",
    "julianday now random randomblob statement_timestamp strftime to_char to_timestamp",
    "transaction_timestamp unixepoch",
    // the transaction itself
    "pg_current_xact_id",
    // the library's own, on SQLite
    "ringfence_within",
];

const SQLITE_TABLE_FUNCTIONS: &[&str] = &["generate_series json_each json_tree"];

const POSTGRES_TABLE_FUNCTIONS: &[&str] = &[
    "generate_series json_array_elements json_array_elements_text json_each json_each_text",
    "jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text",
    "regexp_split_to_table string_to_table unnest",
];

fn lists(words: &[&str], name: &str) -> bool {
    words
        .iter()
        .flat_map(|line| line.split(' '))
        .any(|word| word == name)
}

/// Refuses functions and parameters that are not known, wherever in the statement they stand.
pub(super) fn check(statement: &Statement, engine: Engine) -> Result<(), Violation> {
    let mut reader = Reader {
        engine,
        spelling: None,
    };
    match statement.visit(&mut reader) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(violation) => Err(*violation),
    }
}

/// Refuses a table function that is not known to read its arguments only.
pub(super) fn check_table_function(name: &ObjectName, engine: Engine) -> Result<(), Reason> {
    let known = match engine {
        Engine::Sqlite => SQLITE_TABLE_FUNCTIONS,
        Engine::Postgres => POSTGRES_TABLE_FUNCTIONS,
    };
    match own_name(name, engine) {
        Some(function) if lists(known, &function) => Ok(()),
        _ => Err(Reason::UnknownFunction(name.to_string())),
    }
}

/// The name of a function that the engine itself brings along.
fn own_name(name: &ObjectName, engine: Engine) -> Option<String> {
    let mut parts = Vec::new();
    for part in &name.0 {
        parts.push(engine.fold(part.as_ident()?));
    }
    match (engine, parts.as_slice()) {
        (_, [function]) => Some(function.clone()),
        (Engine::Postgres, [schema, function]) if schema == "pg_catalog" => Some(function.clone()),
        _ => None,
    }
}

struct Reader {
    engine: Engine,
    /// The first character of the parameters met so far.
    spelling: Option<char>,
}

impl Visitor for Reader {
    type Break = Box<Violation>;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        let Expr::Function(function) = expr else {
            return ControlFlow::Continue(());
        };
        match own_name(&function.name, self.engine) {
            Some(name) if lists(FUNCTIONS, &name) => ControlFlow::Continue(()),
            _ => refuse(Reason::UnknownFunction(function.name.to_string())),
        }
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<Self::Break> {
        let Value::Placeholder(placeholder) = &value.value else {
            return ControlFlow::Continue(());
        };
        let first = placeholder.chars().next();
        let consistent = self.spelling.is_none() || self.spelling == first;
        self.spelling = first;
        if consistent && self.engine.numbers(placeholder) {
            ControlFlow::Continue(())
        } else {
            refuse(Reason::Parameter(placeholder.clone()))
        }
    }
}

fn refuse(reason: Reason) -> ControlFlow<Box<Violation>> {
    ControlFlow::Break(Box::new(Violation::of_statement(reason)))
}
