//! Time is UTC with microseconds at every public surface, because that is what both engines store.

use jiff::Timestamp;

/// The same moment cut (towards the past) to whole microseconds.
pub(crate) fn micros(time: Timestamp) -> Timestamp {
    let sub = time.as_nanosecond().rem_euclid(1_000);
    // Within the range of `Timestamp`: its lowest value is a whole microsecond.
    Timestamp::from_nanosecond(time.as_nanosecond() - sub).unwrap_or(time)
}

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
