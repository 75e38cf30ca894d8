//! The first program of the README, as it stands there: a test compares the two. The other languages' programs read the
//! database that it makes.

#[rustfmt::skip]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use ringfence::model::{NewDrone, NewPlan, NewTenant, NewUser, Vendor};
    use ringfence::{OpenOptions, Ringfence};

    let db = Ringfence::open("sqlite:fleet.db".into(), OpenOptions::default()).await?;
    let acme = db.create_tenant("setup".into(), NewTenant {
        id: Some("acme".into()),
        ..NewTenant::new("Acme Surveys", NewUser {
            password: Some("correct horse".into()), ..NewUser::new("mara")
        })
    }).await?;
    let session = db.session(acme.tenant.id, acme.admin.id).await?;
    let drone = session.drones().register(NewDrone::new("Heron", Vendor::Mavlink)).await?;
    let file = std::fs::read("examples/data/river-survey.plan")?;
    let mission = session.missions().import_plan(NewPlan {
        drone_id: Some(drone.id), ..NewPlan::new("River survey", file)
    }).await?;
    println!("{} is {}: {}", mission.name, mission.state, mission.payload);
    assert!(session.audit().verify().await?.is_intact());
    db.shutdown().await?;               // what was written stands in fleet.db alone
    Ok(())
}
