//! Whole reports, made of rows that somebody else may have written.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use geojson::{FeatureCollection, GeoJson, GeometryValue};
use jiff::Timestamp;

use super::{Extent, Part, Report, Subject};
use crate::model::{
    ExportFormat, InspectionTask, InspectionTemplate, Observation, TaskStatus, TemplateItem, time,
};

const NASTY: &str = "=1+1</td><script>alert('x')</script>\"&\u{202e}\u{0}";

fn now() -> Timestamp {
    time::micros(Timestamp::UNIX_EPOCH)
}

fn subject(name: &str, area: &str) -> Subject {
    Subject::new(
        InspectionTask {
            id: "task".into(),
            name: name.to_owned(),
            template_id: "template".into(),
            mission_id: Some("mission".into()),
            area_geom: area.to_owned(),
            priority: 5,
            status: TaskStatus::Running,
            created_at: now(),
            version: 1,
        },
        Some(InspectionTemplate {
            id: "template".into(),
            name: name.to_owned(),
            category: name.to_owned(),
            description: None,
            is_active: true,
            created_at: now(),
            version: 1,
        }),
        vec![TemplateItem {
            id: "item".into(),
            template_id: "template".into(),
            code: "crack".to_owned(),
            title: name.to_owned(),
            severity_default: 1,
            required: true,
            sort_order: 0,
            created_at: now(),
            version: 1,
        }],
        now().to_string(),
    )
}

fn seen(lat: f64, lon: f64, note: &str) -> Observation {
    Observation {
        id: "o".into(),
        task_id: "task".into(),
        drone_id: None,
        ts: now(),
        position_lat: lat,
        position_lon: lon,
        alt_m: -12.5,
        item_code: "crack".to_owned(),
        severity: 3,
        note: note.to_owned(),
        media_url: Some("javascript:alert(1)".to_owned()),
        confidence: Some(0.5),
        created_at: now(),
        version: 1,
    }
}

fn written(report: Report, name: &str, rows: &[Observation]) -> String {
    over("", report, name, rows)
}

/// A report of a task over an area.
fn over(area: &str, report: Report, name: &str, rows: &[Observation]) -> String {
    let subject = subject(name, area);
    let mut extent = Extent::of(&subject);
    rows.iter().for_each(|row| extent.add(row));
    let mut text = String::new();
    for part in report.parts().iter().copied() {
        text.push_str(&report.before(part, &subject, &extent));
        for (place, row) in rows.iter().enumerate() {
            report.observation(part, &subject, &extent, row, place == 0, &mut text);
        }
    }
    text + report.after()
}

/// The fields of a table, as RFC 4180 has them.
fn fields(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, table.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && row.is_empty());
    rows
}

#[test]
fn every_format_has_a_report_that_ends_like_it() {
    for format in ExportFormat::ALL {
        assert_eq!(Report::of(format).ending(), format.as_str());
    }
}

#[test]
fn no_cell_of_a_table_begins_like_a_formula() {
    let begins = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t1",
        "\r1",
        "\n1",
        "  =1",
        "\u{ff1d}1",
        "\u{ff0d}1",
    ];
    let rows: Vec<Observation> = begins.iter().map(|note| seen(47.0, 8.0, note)).collect();
    let table = fields(&written(Report::Csv, "Roofs", &rows));
    assert_eq!(table.len(), rows.len() + 1);
    let note = table[0].iter().position(|name| name == "note").unwrap();
    for (row, given) in table[1..].iter().zip(begins) {
        assert_eq!(row.len(), table[0].len());
        assert_eq!(row[note], format!("'{given}"));
        // Numbers stay numbers.
        assert!(row.contains(&"-12.5".to_owned()));
    }
    let plain = fields(&written(
        Report::Csv,
        "Roofs",
        &[seen(47.0, 8.0, "a \"b\",\r\nc = d")],
    ));
    assert_eq!(plain[1][note], "a \"b\",\r\nc = d");
}

#[test]
fn nothing_of_a_row_is_markup_in_a_page() {
    let mut row = seen(47.0, 8.0, NASTY);
    row.item_code = NASTY.to_owned();
    row.media_url = Some(NASTY.to_owned());
    let page = written(Report::Html, NASTY, &[row]);
    assert!(!page.contains("<script"));
    assert!(!page.contains("javascript:alert(1)\""));
    assert!(!page.contains(['\u{202e}', '\0']));
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
    assert!(!page.contains("href") && !page.contains("src="));
    // As many tags are closed as are opened.
    for tag in [
        "html", "body", "svg", "table", "tbody", "tr", "td", "circle", "title", "dl", "dd",
    ] {
        let opened =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn a_map_is_made_of_features_that_validate() {
    let rows = [
        seen(47.25, 8.5, NASTY),
        seen(-90.0, -180.0, ""),
        seen(f64::NAN, 8.0, "nowhere"),
        seen(120.0, 999.0, "nowhere either"),
    ];
    for rows in [&rows[..], &[]] {
        let map: GeoJson = written(Report::GeoJson, NASTY, rows).parse().unwrap();
        let features = FeatureCollection::try_from(map).unwrap().features;
        assert_eq!(features.len(), rows.len());
        for (feature, row) in features.iter().zip(rows) {
            let point = feature.geometry.as_ref().map(|geometry| &geometry.value);
            match point {
                Some(GeometryValue::Point { coordinates }) => {
                    assert_eq!(coordinates.as_slice(), [row.position_lon, row.position_lat]);
                }
                None => assert!(row.note.starts_with("nowhere")),
                other => panic!("{other:?}"),
            }
            assert_eq!(feature.property("note").unwrap(), &row.note);
            assert_eq!(feature.property("alt_m").unwrap(), row.alt_m);
        }
    }
}

#[test]
fn what_is_written_for_programs_is_read_as_the_very_rows() {
    let rows = [seen(47.25, 8.5, NASTY), seen(1.0, 2.0, "")];
    for rows in [&rows[..], &[]] {
        let text = written(Report::Json, NASTY, rows);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let again: Vec<Observation> = serde_json::from_value(read["observations"].clone()).unwrap();
        assert_eq!(again, rows);
        assert_eq!(read["task"]["name"], NASTY);
        assert_eq!(read["items"][0]["code"], "crack");
    }
}

/// The circles of a page, as they are drawn.
fn drawn(page: &str) -> Vec<(f64, f64)> {
    let value = |circle: &str, name: &str| -> f64 {
        let (_, rest) = circle.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let circles = page.split("<circle").skip(1);
    circles
        .map(|it| (value(it, " cx"), value(it, " cy")))
        .collect()
}

#[test]
fn a_drawing_has_north_above_east_to_the_right_and_every_place_within() {
    let rows = [
        seen(47.0, 8.0, "south west"),
        seen(47.1, 8.2, "north east"),
        seen(999.0, 8.1, "nowhere"),
    ];
    let page = written(Report::Html, "Roofs", &rows);
    let places = drawn(&page);
    assert_eq!(places.len(), 2);
    assert!(
        places[0].0 < places[1].0 && places[0].1 > places[1].1,
        "{places:?}"
    );
    assert!(
        places
            .iter()
            .all(|(x, y)| (0.0..=960.0).contains(x) && (0.0..=540.0).contains(y))
    );
    // One alone lies in the middle, and none draws nothing.
    assert_eq!(
        drawn(&written(Report::Html, "Roofs", &rows[..1])),
        [(480.0, 270.0)]
    );
    assert_eq!(drawn(&written(Report::Html, "Roofs", &[])), []);
}

#[test]
fn a_drawing_shows_the_area_around_what_was_seen_in_it() {
    let rows = [seen(47.5, 8.5, "in the middle")];
    let square = "POLYGON((8 47, 9 47, 9 48, 8 48, 8 47))";
    let page = over(square, Report::Html, "Roofs", &rows);
    let path = |page: &str, class: &str| {
        let (_, rest) = page.split_once(&format!("<path class=\"{class}\" d=\""))?;
        rest.split_once("\"/>").map(|(path, _)| path.to_owned())
    };
    let ring = path(&page, "area").unwrap();
    let corners: Vec<(f64, f64)> = ring
        .trim_matches(['M', 'z'])
        .split('L')
        .map(|corner| corner.split_once(' ').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    let [south_west, south_east, north_east, _, again] = corners[..] else {
        panic!("{ring}")
    };
    assert!(ring.ends_with('z') && south_west == again);
    assert!(south_west.0 < south_east.0 && north_east.1 < south_east.1);
    assert_eq!(drawn(&page), [(480.0, 270.0)]);
    // A line encloses nothing, and a place alone is seen.
    let others = "GEOMETRYCOLLECTION(LINESTRING(8 47, 9 48),POINT(8.5 47.5))";
    let page = over(others, Report::Html, "Roofs", &[]);
    assert_eq!(path(&page, "area"), None);
    assert!(path(&page, "line").unwrap().ends_with("M480.0 270.0h0"));
    // What is no geometry is a text that is read.
    let page = over("<somewhere>", Report::Html, "Roofs", &rows);
    assert!(!page.contains("<path") && page.contains("<dd>&lt;somewhere&gt;</dd>"));
}

#[test]
fn a_drawing_across_the_antimeridian_is_no_wider_than_it_is() {
    let rows = [
        seen(0.0, 179.9, "west of it"),
        seen(0.1, -179.9, "east of it"),
    ];
    let page = written(Report::Html, "Atoll", &rows);
    let places = drawn(&page);
    assert!(places[0].0 < places[1].0, "{places:?}");
    assert!((places[1].0 - places[0].0) > 100.0);
    assert!(page.contains("west 179.900000, north 0.100000, east -179.900000"));
    for (lat, lon) in [(90.0, 0.0), (-90.0, 180.0)] {
        let pole = drawn(&written(Report::Html, "Pole", &[seen(lat, lon, "")]));
        assert!(pole.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
    assert_eq!(Report::Html.parts(), [Part::Drawing, Part::Rows]);
}
