//! A process with several concurrent writers is killed at random moments.

use rand::Rng;
use ringfence_tests::fixture::{Place, each_engine};

use super::ledger::{Ledger, found, open};
use super::writer::Writer;
use super::{moments, rounds};

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_killed_process_acknowledged_is_there_and_nothing_is_half_written(
        place: &Place,
    ) {
        let mut moments = moments();
        // Drawn here, so that both engines meet the same moments.
        let moments: Vec<u32> = (0..rounds())
            .map(|_| moments.random_range(1..=40))
            .collect();
        let actors = found(place).await;
        let mut ledger = Ledger::default();
        for moment in &moments {
            let mut writer = Writer::start(&place.url, &actors, None);
            for _ in 0..*moment {
                ledger.add([writer.next().expect("it writes until it is killed")]);
            }
            ledger.add(writer.kill());
            let ringfence = open(place).await;
            ledger.holds(place, &ringfence, &actors).await;
            ringfence.shutdown().await.unwrap();
        }
    }
);
