//! Lists of waypoints (`QGC WPL`), as Mission Planner and MAVProxy write them: a line an item, its fields apart by tabs
//! (<https://mavlink.io/en/file_formats/#mission_plain_text_file>).

use super::items::{Leg, Route, count, leg};
use super::node::{NO_CODE, within};
use crate::model::text::InvalidField;

/// What every such file begins with; its version stands behind.
pub(super) const BEGINNING: &str = "QGC WPL";

/// Sequence number, current, frame, command, four parameters, latitude, longitude, altitude, autocontinue.
const FIELDS: usize = 12;

/// Reads the items. In version 110 the first is the home position, in version 120 there is none.
pub(super) fn route(text: &str) -> Result<Route, InvalidField> {
    let mut lines = text.lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line);
    let version = header.strip_prefix(BEGINNING).map(str::trim);
    let homes = match version {
        Some("110") => 1,
        Some("120") => 0,
        _ => {
            let rule = "is not \"QGC WPL 110\" or \"QGC WPL 120\"";
            return Err(InvalidField::new("plan.lines[0]", rule));
        }
    };
    let mut items = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        items.push(Line::read(number, line)?.item()?);
    }
    if items.len() <= homes {
        return Err(InvalidField::new("plan.lines", "holds no item"));
    }
    let mut route = Route {
        items: count(items.len() - homes),
        ..Route::default()
    };
    for leg in items.into_iter().skip(homes) {
        route.fly(leg);
    }
    Ok(route)
}

struct Line<'t> {
    path: String,
    fields: [&'t str; FIELDS],
}

impl<'t> Line<'t> {
    fn read(number: usize, line: &'t str) -> Result<Self, InvalidField> {
        let path = format!("plan.lines[{number}]");
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields.try_into() {
            Ok(fields) => Ok(Self { path, fields }),
            Err(_) => Err(InvalidField::new(
                path,
                format_args!("does not have {FIELDS} fields"),
            )),
        }
    }

    /// Where it leads, and how high.
    fn item(&self) -> Result<Leg, InvalidField> {
        let [_, _, frame, command, p1, p2, p3, p4, lat, lon, altitude, _] = self.fields;
        let (frame, command) = (self.code(2, frame)?, self.code(3, command)?);
        for (field, text) in [(4, p1), (5, p2), (6, p3), (7, p4)] {
            self.number(field, text)?;
        }
        let (lat, lon) = (self.number(8, lat)?, self.number(9, lon)?);
        leg(command, frame, self.number(10, altitude)?, || {
            let lat = within(&self.place(8), lat, 90.0)?;
            Ok((lat, within(&self.place(9), lon, 180.0)?))
        })
    }

    fn place(&self, field: usize) -> String {
        format!("{}[{field}]", self.path)
    }

    fn code(&self, field: usize, text: &str) -> Result<u16, InvalidField> {
        text.parse()
            .map_err(|_| InvalidField::new(self.place(field), NO_CODE))
    }

    /// NaN is "not set".
    fn number(&self, field: usize, text: &str) -> Result<Option<f64>, InvalidField> {
        match text.parse::<f64>() {
            Ok(number) if number.is_nan() => Ok(None),
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(InvalidField::new(self.place(field), "is not a number")),
        }
    }
}
