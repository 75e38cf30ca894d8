//! Times as each engine holds them: a text on SQLite, microseconds on Postgres.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The convention of the legacy databases: UTC, a space, six digits of a second, no offset.
pub(super) fn sqlite_time(time: Timestamp) -> String {
    let utc = TimeZone::UTC.to_datetime(time);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.subsec_nanosecond() / 1_000
    )
}

/// What statements on SQLite call [`is_within`].
pub(in crate::store) const WITHIN: &str = "ringfence_within";

/// Whether a time that is stored as this text lies between two moments in the convention, the second not among them. What
/// cannot be read is compared as a text, so that whoever reads the row is told of it.
pub(in crate::store) fn is_within(text: &[u8], since: &[u8], until: &[u8]) -> bool {
    let spelled = match parse_convention(text) {
        Some(_) => None,
        None => parse_time(text).map(sqlite_time),
    };
    let text = spelled.as_deref().map_or(text, str::as_bytes);
    since <= text && text < until
}

/// Reads the text of a time: the convention first, then the spellings that other programs leave
/// behind (`T`, `Z`, an offset, no fraction). A time without an offset is UTC. All begin with the date as the convention has
/// it, so that the order of the texts is that of the times but for their offsets.
pub(super) fn parse_time(text: &[u8]) -> Option<Timestamp> {
    parse_convention(text).or_else(|| parse_spelling(std::str::from_utf8(text).ok()?))
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`. A general parser takes longer over the two times of a row than the rest of
/// the row does.
fn parse_convention(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; 26] = text.try_into().ok()?;
    let [
        ..,
        b'-',
        _,
        _,
        b'-',
        _,
        _,
        b' ',
        _,
        _,
        b':',
        _,
        _,
        b':',
        _,
        _,
        b'.',
        _,
        _,
        _,
        _,
        _,
        _,
    ] = text
    else {
        return None;
    };
    let part = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0_i32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + i32::from(digit - b'0'))
        })
    };
    let small = |from: usize| i8::try_from(part(from, from + 2)?).ok();
    let year = i16::try_from(part(0, 4)?).ok()?;
    let nanos = part(20, 26)? * 1_000;
    let civil = DateTime::new(
        year,
        small(5)?,
        small(8)?,
        small(11)?,
        small(14)?,
        small(17)?,
        nanos,
    );
    TimeZone::UTC.to_timestamp(civil.ok()?).ok()
}

fn parse_spelling(text: &str) -> Option<Timestamp> {
    if !begins_with_date(text.as_bytes()) {
        return None;
    }
    if let Ok(civil) = text.parse::<DateTime>()
        && !text.ends_with('Z')
        && !has_offset(text)
    {
        return TimeZone::UTC.to_timestamp(civil).ok();
    }
    text.parse::<Timestamp>().ok()
}

/// Whether a text begins with `YYYY-MM-DD`.
fn begins_with_date(text: &[u8]) -> bool {
    let mut date = text.iter().take(10).enumerate();
    let fits = |(place, byte): (usize, &u8)| match place {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() >= 10 && date.all(fits)
}

/// Whether a sign follows the time of day (`2026-01-05T20:00:00+08:00`).
fn has_offset(text: &str) -> bool {
    text.get(11..)
        .is_some_and(|clock| clock.contains(['+', '-']))
}

/// Microseconds from the Unix epoch to 2000-01-01, from which Postgres counts.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The wire form of a `timestamptz`.
pub(super) fn postgres_micros(time: Timestamp) -> i64 {
    time.as_microsecond() - POSTGRES_EPOCH_MICROS
}

/// Reads the wire form of a `timestamptz`.
pub(super) fn postgres_time(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros.checked_add(POSTGRES_EPOCH_MICROS)?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::parse_time;

    #[test]
    fn what_only_looks_like_the_convention_is_no_time() {
        for text in [
            "2026-13-05 12:00:00.000000",
            "2026-02-30 12:00:00.000000",
            "2026-01-05 12:60:00.000000",
            "2026-01-05 12:00:00.00000x",
            "2026-01-05 -2:00:00.000000",
        ] {
            assert_eq!(parse_time(text.as_bytes()), None, "{text}");
        }
        let last = parse_time(b"9999-12-30 22:00:00.999999").unwrap();
        assert_eq!(last.to_string(), "9999-12-30T22:00:00.999999Z");
    }

    #[test]
    fn every_legacy_spelling_of_a_time_is_read_as_utc() {
        for text in [
            "2026-01-05 12:00:00.000000",
            "2026-01-05T12:00:00Z",
            "2026-01-05T12:00:00",
            "2026-01-05 20:00:00+08:00",
            "2026-01-05T04:00:00.000-08:00",
        ] {
            let expected = "2026-01-05T12:00:00Z".parse().ok();
            assert_eq!(parse_time(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(parse_time(b"yesterday"), None);
    }
}
