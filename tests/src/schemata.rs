//! Every mutant of the core's code in one build: each stands beside what it is a mutant of, and runs when it is chosen.
//!
//! `cargo mutants --list --json` says which mutants there are, and makes each by a build of its own, which takes longer
//! than all tests together. Here the text of a mutant is put behind a question: `if mutant::is(7) { … }`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// A mutant, as `cargo mutants` lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed {
    /// The file, relative to the workspace.
    pub file: String,
    /// What is wrong, in words that begin with the place.
    pub name: String,
    /// What stands there instead.
    pub replacement: String,
    /// Of which kind it is.
    pub genre: String,
    /// Where.
    pub span: Lines,
    /// The function around it.
    pub function: Option<Around>,
}

/// A function.
#[derive(Clone, Debug, Deserialize)]
pub struct Around {
    /// Where it stands.
    pub span: Lines,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Lines {
    /// Where it begins.
    pub start: Place,
    /// What comes behind it.
    pub end: Place,
}

/// Lines and columns begin with 1.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Place {
    line: usize,
    column: usize,
}

impl Lines {
    /// The bytes of the text that it stands for.
    ///
    /// # Panics
    ///
    /// Where the text has no such line.
    #[must_use]
    pub fn within(self, text: &str) -> Range<usize> {
        let offset = |place: Place| {
            let line = text.split_inclusive('\n').take(place.line - 1);
            let before: usize = line.map(str::len).sum();
            let rest = text.get(before..).unwrap_or_default();
            let within: usize = rest
                .chars()
                .take(place.column - 1)
                .map(char::len_utf8)
                .sum();
            before + within
        };
        offset(self.start)..offset(self.end)
    }
}

/// What the text of a file becomes when these of its mutants, by number, are built in. Those that have no place in it
/// are left out.
///
/// # Errors
///
/// The text is no Rust.
pub fn build_in(text: &str, mutants: &[(usize, &Listed)]) -> syn::Result<String> {
    let parsed = syn::parse_file(text)?;
    let mut carpenter = Carpenter {
        wanted: mutants
            .iter()
            .map(|(number, listed)| (listed.span.within(text), *number, *listed))
            .collect(),
        joints: Vec::new(),
    };
    carpenter.bodies();
    carpenter.visit_file(&parsed);
    let mut joints = carpenter.joints;
    // The outer first; what is only put in, before what begins there.
    joints.sort_by_key(|joint| {
        (
            joint.range.start,
            joint.rank(),
            usize::MAX - joint.range.end,
        )
    });
    Ok(render(text, 0..text.len(), &joints))
}

/// The numbers that are asked for in this part of a text, or next before it.
#[must_use]
pub fn asked_for(text: &str, part: Range<usize>) -> BTreeSet<usize> {
    let number = |at: usize| {
        let rest = text.get(at + ASKS.len()..)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let all = || text.match_indices(ASKS).map(|(at, _)| at);
    let within: BTreeSet<usize> = all()
        .filter(|at| (part.start..part.end).contains(at))
        .filter_map(number)
        .collect();
    if !within.is_empty() {
        return within;
    }
    let next_before = all().take_while(|at| *at < part.start).last();
    next_before.and_then(number).into_iter().collect()
}

const ASKS: &str = "crate::mutant::is(";

fn asks(number: usize) -> String {
    format!("{ASKS}{number})")
}

/// The module that answers.
#[must_use]
pub fn answers(how_many: usize) -> String {
    format!(
        r##"//! Which mutant is chosen.
use std::sync::LazyLock;
use std::sync::atomic::{{AtomicBool, Ordering}};

static CHOSEN: LazyLock<Option<usize>> =
    LazyLock::new(|| std::env::var("RINGFENCE_MUTANT").ok()?.parse().ok());
static REACHED: [AtomicBool; {how_many}] = [const {{ AtomicBool::new(false) }}; {how_many}];

pub(crate) fn is(number: usize) -> bool {{
    if !REACHED[number].swap(true, Ordering::Relaxed) {{
        crate::testing::tell(&format!("#{{number}}"));
    }}
    *CHOSEN == Some(number)
}}
"##
    )
}

/// A part of a text that gets another form, made of parts of it.
struct Joint {
    range: Range<usize>,
    pieces: Vec<Piece>,
}

enum Piece {
    New(String),
    /// What stands there, with what is built into it.
    Kept(Range<usize>),
}

impl Joint {
    fn rank(&self) -> usize {
        usize::from(!self.range.is_empty())
    }
}

fn render(text: &str, range: Range<usize>, joints: &[Joint]) -> String {
    let mut out = String::new();
    let mut at = range.start;
    for (index, joint) in joints.iter().enumerate() {
        let is_here = joint.range.start >= at && joint.range.end <= range.end;
        // What comes behind the end of the part belongs to its neighbour.
        if !is_here || (joint.range.is_empty() && joint.range.start == range.end) {
            continue;
        }
        out.push_str(&text[at..joint.range.start]);
        for piece in &joint.pieces {
            match piece {
                Piece::New(new) => out.push_str(new),
                Piece::Kept(kept) => {
                    let inner = joints.get(index + 1..).unwrap_or_default();
                    out.push_str(&render(text, kept.clone(), inner));
                }
            }
        }
        at = joint.range.end;
    }
    out.push_str(&text[at..range.end]);
    out
}

struct Carpenter<'a> {
    wanted: Vec<(Range<usize>, usize, &'a Listed)>,
    joints: Vec<Joint>,
}

impl Carpenter<'_> {
    /// The numbers of the mutants of a kind that change what begins here, each with its replacement.
    fn of(&self, genre: &str, range: &Range<usize>) -> Vec<(usize, String)> {
        let of_it = self
            .wanted
            .iter()
            .filter(|(wanted, _, listed)| listed.genre == genre && wanted.start == range.start);
        of_it
            .map(|(_, number, listed)| (*number, listed.replacement.clone()))
            .collect()
    }

    /// A function that returns at once.
    fn bodies(&mut self) {
        let mut by_start: BTreeMap<usize, String> = BTreeMap::new();
        for (range, number, listed) in &self.wanted {
            if listed.genre == "FnValue" {
                let (asks, replacement) = (asks(*number), &listed.replacement);
                let body = by_start.entry(range.start).or_default();
                *body += &format!("if {asks} {{ return {replacement}; }} ");
            }
        }
        for (start, body) in by_start {
            self.put_in(start, body);
        }
    }

    fn put_in(&mut self, at: usize, new: String) {
        self.joints.push(Joint {
            range: at..at,
            pieces: vec![Piece::New(new)],
        });
    }

    /// One of several forms of an expression, by the mutant that is chosen.
    fn choice(&mut self, range: Range<usize>, forms: Vec<(usize, Vec<Piece>)>, usual: Vec<Piece>) {
        let mut pieces = vec![Piece::New("(match () { ".into())];
        for (number, form) in forms {
            pieces.push(Piece::New(format!("() if {} => ", asks(number))));
            pieces.extend(form);
            pieces.push(Piece::New(", ".into()));
        }
        pieces.push(Piece::New("() => ".into()));
        pieces.extend(usual);
        pieces.push(Piece::New(" })".into()));
        self.joints.push(Joint { range, pieces });
    }
}

/// Whether a condition binds what the next one sees: it has no other form.
fn binds(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Carpenter<'_> {
    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let op = binary.op.span().byte_range();
        let mutants = self.of("BinaryOperator", &op);
        let (left, right) = (
            binary.left.span().byte_range(),
            binary.right.span().byte_range(),
        );
        if !mutants.is_empty() && !binds(&binary.left) && !binds(&binary.right) {
            let kept = |operator: String| {
                vec![
                    Piece::Kept(left.clone()),
                    Piece::New(format!(" {operator} ")),
                    Piece::Kept(right.clone()),
                ]
            };
            let forms = mutants
                .into_iter()
                .map(|(number, operator)| (number, kept(operator)))
                .collect();
            let usual = vec![Piece::Kept(left.start..right.end)];
            self.choice(left.start..right.end, forms, usual);
        }
        syn::visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let op = unary.op.span().byte_range();
        let mutants = self.of("UnaryOperator", &op);
        let inner = unary.expr.span().byte_range();
        if !mutants.is_empty() {
            let forms = mutants
                .into_iter()
                .map(|(number, _)| (number, vec![Piece::Kept(inner.clone())]))
                .collect();
            let usual = vec![
                Piece::Kept(op.start..inner.start),
                Piece::Kept(inner.clone()),
            ];
            self.choice(op.start..inner.end, forms, usual);
        }
        syn::visit::visit_expr_unary(self, unary);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let unless: String = self
            .of("MatchArm", &arm.span().byte_range())
            .iter()
            .map(|(number, _)| format!(" && !{}", asks(*number)))
            .collect();
        match &arm.guard {
            Some((_, guard)) => {
                let range = guard.span().byte_range();
                let (mut holds, mut fails) = (String::new(), unless);
                for (number, replacement) in self.of("MatchArmGuard", &range) {
                    match replacement.as_str() {
                        "true" => holds += &format!(" || {}", asks(number)),
                        _ => fails += &format!(" && !{}", asks(number)),
                    }
                }
                if !holds.is_empty() || !fails.is_empty() {
                    self.put_in(range.start, "((".into());
                    self.put_in(range.end, format!("){holds}){fails}"));
                }
            }
            None if !unless.is_empty() => {
                let end = arm.pat.span().byte_range().end;
                self.put_in(end, format!(" if true{unless}"));
            }
            None => {}
        }
        syn::visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, made: &'ast syn::ExprStruct) {
        if let Some(rest) = &made.rest {
            for field in &made.fields {
                let range = field.span().byte_range();
                let (syn::Member::Named(name), Some(_)) = (&field.member, field.colon_token) else {
                    continue;
                };
                let value = field.expr.span().byte_range();
                let mutants = self.of("StructField", &range);
                if mutants.is_empty() {
                    continue;
                }
                let from_rest = |number| {
                    let base = rest.span().byte_range();
                    let form = vec![
                        Piece::New("(".into()),
                        Piece::Kept(base),
                        Piece::New(format!(").{name}")),
                    ];
                    (number, form)
                };
                let forms = mutants.iter().map(|(number, _)| from_rest(*number));
                let forms = forms.collect();
                self.choice(value.clone(), forms, vec![Piece::Kept(value)]);
            }
        }
        syn::visit::visit_expr_struct(self, made);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn mutant(genre: &str, text: &str, part: &str, replacement: &str) -> Listed {
        let at = text.find(part).unwrap();
        let place = |offset: usize| {
            let before = &text[..offset];
            let line = before.rsplit('\n').next().unwrap();
            Place {
                line: before.matches('\n').count() + 1,
                column: line.chars().count() + 1,
            }
        };
        Listed {
            file: "x.rs".into(),
            name: "x".into(),
            replacement: replacement.into(),
            genre: genre.into(),
            span: Lines {
                start: place(at),
                end: place(at + part.len()),
            },
            function: None,
        }
    }

    fn built(text: &str, mutants: &[Listed]) -> String {
        let numbered: Vec<(usize, &Listed)> = mutants.iter().enumerate().collect();
        let built = build_in(text, &numbered).unwrap();
        syn::parse_file(&built).unwrap();
        built.replace("crate::mutant::is", "is")
    }

    #[test]
    fn a_function_returns_at_once() {
        let text = "fn f() -> u8 {\n    1 + 2\n}";
        let mutants = [
            mutant("FnValue", text, "1 + 2", "0"),
            mutant("FnValue", text, "1 + 2", "1"),
            mutant("BinaryOperator", text, "+", "-"),
        ];
        assert_eq!(
            built(text, &mutants),
            "fn f() -> u8 {\n    if is(0) { return 0; } if is(1) { return 1; } \
             (match () { () if is(2) => 1 - 2, () => 1 + 2 })\n}"
        );
    }

    #[test]
    fn an_operator_within_an_operand_is_built_into_each_form() {
        let text = "fn f() -> bool { !a && b == c }";
        let mutants = [
            mutant("BinaryOperator", text, "&&", "||"),
            mutant("BinaryOperator", text, "==", "!="),
            mutant("UnaryOperator", text, "!", ""),
        ];
        let not = "(match () { () if is(2) => a, () => !a })";
        let equal = "(match () { () if is(1) => b != c, () => b == c })";
        assert_eq!(
            built(text, &mutants),
            format!(
                "fn f() -> bool {{ (match () {{ () if is(0) => {not} || {equal}, () => {not} && {equal} }}) }}"
            )
        );
    }

    #[test]
    fn an_arm_is_left_out_and_a_guard_holds_or_fails() {
        let text = "fn f() { match x { 1 => a, n if n > 2 => b, _ => c } }";
        let mutants = [
            mutant("MatchArm", text, "1 => a,", ""),
            mutant("MatchArm", text, "n if n > 2 => b,", ""),
            mutant("MatchArmGuard", text, "n > 2", "true"),
            mutant("MatchArmGuard", text, "n > 2", "false"),
        ];
        assert_eq!(
            built(text, &mutants),
            "fn f() { match x { 1 if true && !is(0) => a, \
             n if ((n > 2) || is(2)) && !is(1) && !is(3) => b, _ => c } }"
        );
    }

    #[test]
    fn a_field_comes_from_the_rest() {
        let text = "fn f() { T { a: 1, ..other.clone() } }";
        let mutants = [mutant("StructField", text, "a: 1", "")];
        assert_eq!(
            built(text, &mutants),
            "fn f() { T { a: (match () { () if is(0) => (other.clone()).a, () => 1 }), \
             ..other.clone() } }"
        );
    }

    #[test]
    fn what_an_error_is_about_is_asked_for_in_its_part_or_next_before_it() {
        let text =
            "if crate::mutant::is(3) { return x; } (match () { () if crate::mutant::is(14) => y })";
        assert_eq!(asked_for(text, 30..31), BTreeSet::from([3]));
        assert_eq!(asked_for(text, 50..80), BTreeSet::from([14]));
    }
}
