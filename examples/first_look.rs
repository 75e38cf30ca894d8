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
        name: "Acme Surveys".into(),
        admin: NewUser { username: "mara".into(), password: Some("correct horse".into()) },
    }).await?;
    let session = db.session(acme.tenant.id, acme.admin.id).await?;
    let drone = session.drones().register(NewDrone {
        name: "Heron".into(), vendor: Vendor::Mavlink, capabilities: Default::default(),
    }).await?;
    let mission = session.missions().import_plan(NewPlan {
        name: "River survey".into(), drone_id: Some(drone.id),
        file: std::fs::read("examples/data/river-survey.plan")?,
        plan_type: None, constraints: Default::default(),
    }).await?;
    println!("{} is {}: {}", mission.name, mission.state, mission.payload);
    assert!(session.audit().verify().await?.is_intact());
    db.shutdown().await?;               // what was written stands in fleet.db alone
    Ok(())
}
