#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use super::measured::{GUESSED, KEPT};
use super::ring::MOST_IN_A_LANE;
use super::*;

type Hears = oneshot::Receiver<Result<Place, Failure>>;

fn login(tenant: &str) -> Whose {
    Whose::LogsIn(tenant.into())
}

fn haunts(name: &str) -> Whose {
    Whose::Haunts(name.into())
}

/// A queue that knows how long a hashing takes.
fn hashing(places: usize) -> Arc<Hashing> {
    let hashing = Arc::new(Hashing::new(places));
    for _ in 0..KEPT {
        let mut state = hashing.state();
        state.measured.add(GUESSED, Instant::now());
    }
    hashing
}

fn waits(hashing: &Arc<Hashing>, whose: &Whose) -> Hears {
    hashing.place(whose, 1).unwrap()
}

fn has(hears: &mut Hears) -> Place {
    hears.try_recv().unwrap().unwrap()
}

/// A queue of one place, which is taken, and that place.
fn busy() -> (Arc<Hashing>, Place) {
    let hashing = hashing(1);
    let place = has(&mut waits(&hashing, &login("first")));
    (hashing, place)
}

/// In which order those get in who wait.
fn order(mut held: Place, mut waiting: Vec<(&str, Hears)>) -> Vec<&str> {
    let mut order = Vec::new();
    while !waiting.is_empty() {
        drop(held);
        let let_in = waiting.iter_mut().enumerate().find_map(|(at, (_, hears))| {
            let place = hears.try_recv().ok()?;
            Some((at, place.unwrap()))
        });
        let (at, place) = let_in.unwrap();
        held = place;
        order.push(waiting.remove(at).0);
    }
    order
}

fn retry(refused: Result<Hears, Failure>) -> u64 {
    match refused {
        Err(Failure::Throttled { retry_after_ms }) => retry_after_ms,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it waits"),
    }
}

#[test]
fn a_tenant_of_which_many_wait_is_served_as_often_as_one_of_which_one_does() {
    let (hashing, held) = busy();
    let wait = |tenant: &'static str| (tenant, waits(&hashing, &login(tenant)));
    let waiting: Vec<(&str, Hears)> = ["north", "north", "north", "south", "east", "north"]
        .map(wait)
        .into();
    let order = order(held, waiting);
    assert_eq!(order, ["north", "south", "east", "north", "north", "north"]);
}

#[test]
fn what_is_set_takes_turns_with_all_logins() {
    let (hashing, held) = busy();
    let tenants = ["a", "b", "c"];
    let mut waiting: Vec<(&str, Hears)> = tenants
        .map(|tenant| (tenant, waits(&hashing, &login(tenant))))
        .into();
    let set = waits(&hashing, &Whose::Sets("north".into()));
    let founded = waits(&hashing, &Whose::Operates);
    waiting.extend([("set", set), ("founded", founded)]);
    let order = order(held, waiting);
    assert_eq!(order, ["set", "a", "founded", "b", "c"]);
}

#[test]
fn a_lane_and_the_ring_are_bounded_and_the_longest_lane_gives_way() {
    let (hashing, _held) = busy();
    let lasts = u64::try_from(GUESSED.as_millis()).unwrap();
    let of_a_lane = u64::try_from(MOST_IN_A_LANE).unwrap() * lasts;
    let mut waiting: Vec<Vec<Hears>> = Vec::new();
    for tenant in ["a", "b", "c", "d"] {
        let lane = (0..MOST_IN_A_LANE).map(|_| waits(&hashing, &login(tenant)));
        waiting.push(lane.collect());
        // Of how many other tenants others wait is not told.
        assert_eq!(retry(hashing.place(&login(tenant), 1)), of_a_lane);
    }
    // They are full; another tenant comes all the same, and somebody of a long lane is told.
    let mut other = waits(&hashing, &login("e"));
    assert!(other.try_recv().is_err(), "it waits");
    let mut told = Vec::new();
    for lane in &mut waiting {
        let throttled = |hears: &mut Hears| match hears.try_recv() {
            Ok(Err(Failure::Throttled { retry_after_ms })) => Some(retry_after_ms),
            _ => None,
        };
        assert_eq!(throttled(&mut lane[0]), None);
        told.extend(throttled(lane.last_mut().unwrap()));
    }
    assert_eq!(told, [of_a_lane]);
}

#[test]
fn a_name_that_nobody_has_hears_what_a_tenant_hears_that_has_as_many_waiting() {
    for fill in [0, 1, 3, 4] {
        let outcomes = [login("asked"), haunts("asked")].map(|asked| {
            let (hashing, _held) = busy();
            let mut waiting = Vec::new();
            for tenant in ["a", "b", "c", "d"].into_iter().take(fill) {
                waiting.extend((0..MOST_IN_A_LANE).map(|_| waits(&hashing, &login(tenant))));
            }
            let mut asks = Vec::new();
            let refused = loop {
                match hashing.place(&asked, 1) {
                    Ok(hears) => asks.push(hears),
                    refused => break retry(refused),
                }
            };
            // What comes then may push one of them out.
            let _others = ["x", "y"].map(|tenant| hashing.place(&login(tenant), 1));
            let mut told = Vec::new();
            for (at, hears) in asks.iter_mut().enumerate() {
                if let Ok(Err(Failure::Throttled { retry_after_ms })) = hears.try_recv() {
                    told.push((at, retry_after_ms));
                }
            }
            (asks.len(), refused, told)
        });
        assert_eq!(outcomes[0], outcomes[1], "{fill} others");
    }
}

#[test]
fn names_that_nobody_has_take_no_place_no_turn_and_no_room() {
    let (hashing, held) = busy();
    let mut ghosts: Vec<Hears> = (0..MOST_GHOSTS + 100)
        .map(|number| waits(&hashing, &haunts(&format!("made up {number}"))))
        .collect();
    assert_eq!(hashing.state().logins.ghosts(), MOST_GHOSTS);
    let mut waiting = Vec::new();
    for tenant in ["a", "b", "c", "d"] {
        waiting.extend((0..MOST_IN_A_LANE).map(|_| (tenant, waits(&hashing, &login(tenant)))));
    }
    let after: Vec<&str> = order(held, waiting).into_iter().take(5).collect();
    assert_eq!(after, ["a", "b", "c", "d", "a"]);
    for hears in &mut ghosts {
        assert!(has(hears).haunted_until().is_some());
    }
    assert!(hashing.state().appeared.is_empty());
    assert_eq!(hashing.state().taken, 0);
}

#[test]
fn a_ghost_waits_for_as_long_as_a_hashing_lasts_for_each_that_it_would_take() {
    let hashing = hashing(1);
    for times in [1, 2] {
        let place = has(&mut hashing.place(&haunts("nowhere"), times).unwrap());
        let until = place.haunted_until().unwrap();
        assert_eq!(until - place.since, GUESSED * times);
    }
}

#[test]
fn an_idle_place_is_lent_to_a_ghost_until_it_is_known_how_long_a_hashing_lasts() {
    let hashing = Arc::new(Hashing::new(2));
    let mut lent = 0;
    for number in 0..KEPT * 2 {
        let place = has(&mut waits(&hashing, &haunts(&format!("made up {number}"))));
        if place.haunted_until().is_none() {
            lent += 1;
            place.hashed();
        }
    }
    assert_eq!(lent, KEPT);
    // Not where somebody has it.
    let busy = Arc::new(Hashing::new(1));
    let held = has(&mut waits(&busy, &login("north")));
    let mut ghost = waits(&busy, &haunts("nowhere"));
    let mut real = waits(&busy, &login("north"));
    drop(held);
    assert!(has(&mut real).haunted_until().is_none());
    assert!(has(&mut ghost).haunted_until().is_some());
}

/// When those of a lane begin who all wait from the beginning, among so many lanes of others that never end and behind so
/// many made-up names. One place
/// comes free at a time, and a hashing lasts as many of these times as there are places.
fn begins(asked: &Whose, places: usize, others: usize, flood: usize) -> Vec<usize> {
    const ASKS: usize = 12;
    let hashing = hashing(places);
    let mut held: Vec<(usize, Place)> = (0..places)
        .map(|at| (at + 1, has(&mut waits(&hashing, &login("first")))))
        .collect();
    let mut waiting: Vec<(bool, Hears)> = Vec::new();
    let made_up = (0..flood).map(|number| haunts(&format!("made up {number}")));
    waiting.extend(made_up.map(|name| (false, waits(&hashing, &name))));
    for other in 0..others {
        let tenant = login(&format!("other {other}"));
        waiting.extend((0..100).map(|_| (false, waits(&hashing, &tenant))));
    }
    waiting.extend((0..ASKS).map(|_| (true, waits(&hashing, asked))));
    let (mut now, mut begun) = (0, Vec::new());
    while begun.len() < ASKS {
        now += 1;
        // Whoever is no ghost is done first.
        let (mut done, still): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|(until, _)| *until <= now);
        held = still;
        done.sort_by_key(|(_, place)| place.haunted_until().is_some());
        for (_, place) in done {
            drop(place);
            waiting.retain_mut(|(is_asked, hears)| match hears.try_recv() {
                Ok(place) => {
                    held.push((now + places, place.unwrap()));
                    if *is_asked {
                        begun.push(now);
                    }
                    false
                }
                Err(_) => true,
            });
        }
    }
    begun
}

#[test]
fn a_ghosts_turn_comes_when_that_of_a_tenant_would() {
    for places in 1..4 {
        for others in 0..5 {
            let [real, ghost] =
                [login("asked"), haunts("asked")].map(|asked| begins(&asked, places, others, 0));
            let apart = real.iter().zip(&ghost);
            let apart = apart.map(|(real, ghost)| real.abs_diff(*ghost)).max();
            assert_eq!(
                apart,
                Some(0),
                "{places} places, {others} others: {real:?} {ghost:?}"
            );
        }
    }
}

#[test]
fn a_flood_of_made_up_names_delays_neither_a_tenant_nor_another_such_name() {
    for asked in [login("asked"), haunts("asked")] {
        for (places, others) in [(1, 0), (2, 3)] {
            let alone = begins(&asked, places, others, 0);
            assert_eq!(begins(&asked, places, others, 200), alone, "{asked:?}");
        }
    }
}

#[test]
fn who_has_gone_is_passed_over_and_takes_no_place() {
    let (hashing, held) = busy();
    let gone = waits(&hashing, &login("north"));
    let mut stays = waits(&hashing, &login("north"));
    drop(gone);
    drop(held);
    let place = has(&mut stays);
    // One who goes with the place in hand gives it back, and is no measure of anything.
    let unheard = [login("north"), haunts("nowhere")].map(|whose| waits(&hashing, &whose));
    drop(place);
    drop(unheard);
    let state = hashing.state();
    assert_eq!((state.taken, state.appeared.len()), (0, 0));
    assert_eq!(state.measured.lasts(), GUESSED);
}

#[test]
fn who_has_gone_fills_no_lane() {
    let (hashing, _held) = busy();
    let full = || (0..MOST_IN_A_LANE).map(|_| waits(&hashing, &login("north")));
    let mut gone: Vec<Hears> = full().collect();
    drop(gone.pop());
    let _stays = waits(&hashing, &login("north"));
    assert!(retry(hashing.place(&login("north"), 1)) > 0);
    drop(gone);
    let _others = waits(&hashing, &login("north"));
}

#[test]
fn who_has_gone_takes_no_turn_of_its_kind() {
    let (hashing, held) = busy();
    let sets = |tenant: &str| waits(&hashing, &Whose::Sets(tenant.into()));
    let first = sets("north");
    drop(waits(&hashing, &login("north")));
    let logs_in = waits(&hashing, &login("south"));
    let second = sets("south");
    let waiting = vec![
        ("set", first),
        ("logs in", logs_in),
        ("set behind it", second),
    ];
    assert_eq!(order(held, waiting), ["set", "logs in", "set behind it"]);
}

#[test]
fn a_ghost_that_found_no_lane_waits_for_a_hashing_of_each_that_there_is() {
    let (hashing, _held) = busy();
    let _ghosts: Vec<Hears> = (0..MOST_GHOSTS)
        .map(|number| waits(&hashing, &haunts(&format!("made up {number}"))))
        .collect();
    let _real: Vec<Hears> = ["a", "b", "c"]
        .map(|tenant| waits(&hashing, &login(tenant)))
        .into();
    let place = has(&mut waits(&hashing, &haunts("nowhere")));
    assert_eq!(place.haunted_until().unwrap() - place.since, GUESSED * 4);
}
