//! Time is UTC with microseconds at every public surface, because that is what both engines store.

use jiff::Timestamp;

/// The same moment cut (towards the past) to whole microseconds.
pub(crate) fn micros(time: Timestamp) -> Timestamp {
    let sub = time.as_nanosecond().rem_euclid(1_000);
    // Within the range of `Timestamp`: its lowest value is a whole microsecond.
    Timestamp::from_nanosecond(time.as_nanosecond() - sub).unwrap_or(time)
}

/// From when on, and until when.
pub(crate) type Span = (Option<Timestamp>, Option<Timestamp>);

/// The moments of a span, all of time where it does not say.
pub(crate) fn moments((since, until): Span) -> (Timestamp, Timestamp) {
    let of_a_database = |moment: Timestamp| moment.max(FIRST_MOMENT);
    (
        since.map_or(FIRST_MOMENT, of_a_database),
        until.map_or(Timestamp::MAX, of_a_database),
    )
}

/// No time of a database is earlier: the first moment of the year 1.
pub(crate) const FIRST_MOMENT: Timestamp = Timestamp::constant(-62_135_596_800, 0);

#[cfg(feature = "uniffi")]
mod ffi {
    use std::time::SystemTime;

    use jiff::Timestamp;

    uniffi::custom_type!(Timestamp, SystemTime, {
        remote,
        lower: |time| time.into(),
        try_lift: |time| Ok(super::micros(time.try_into()?)),
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn time_is_cut_to_microseconds_towards_the_past() {
        let cut = |nanos: i128| micros(Timestamp::from_nanosecond(nanos).unwrap()).as_nanosecond();
        assert_eq!(cut(1_234_567), 1_234_000);
        assert_eq!(cut(-1), -1_000);
        assert_eq!(cut(-2_000), -2_000);
        assert_eq!(micros(Timestamp::MIN), Timestamp::MIN);
    }
}
