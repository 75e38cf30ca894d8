//! Passwords come from standard input or from the environment.

use ringfence::MigrateMode;
use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::{fed, printed, refused, ringfence, shell};

async fn logs_in(place: &Place, username: &str, password: &str) -> bool {
    let rf = place.open(MigrateMode::Check).await.unwrap();
    let login = rf.login("acme".into(), username.to_owned(), password.to_owned());
    let session = login.await;
    rf.shutdown().await.unwrap();
    session.is_ok()
}

#[tokio::test]
async fn the_first_line_of_standard_input_is_the_password_and_the_environment_comes_second() {
    on_each_empty_database(async |place| {
        printed(&ringfence(place, &["migrate"]), 0);
        let create = ["tenants", "create", "Acme", "--id", "acme", "--json"];
        let founded: Value = serde_json::from_str(&printed(&ringfence(place, &create), 0)).unwrap();
        let admin = founded["admin"]["id"].as_str().unwrap();
        assert!(logs_in(place, "admin", "correct horse").await);

        let run = |arguments: &[&str], input: &str| {
            let mut command = shell(place);
            command
                .env("RINGFENCE_TENANT", "acme")
                .env("RINGFENCE_ACTOR", admin);
            fed(command.args(arguments).arg("--json"), input)
        };
        printed(
            &run(
                &["users", "create", "jonas", "--password-stdin"],
                "battery staple\r\nmore\n",
            ),
            0,
        );
        assert!(logs_in(place, "jonas", "battery staple").await);
        printed(&run(&["users", "set-password", admin], "another horse"), 0);
        assert!(logs_in(place, "admin", "another horse").await);
        assert!(!logs_in(place, "admin", "correct horse").await);

        printed(
            &run(
                &["tenants", "create", "Beta", "--password-stdin"],
                "a third horse\n",
            ),
            0,
        );
        let error = refused(&run(&["users", "create", "lena", "--password-stdin"], "\n"));
        assert_eq!(error["kind"], "usage");
        let error = refused(&run(
            &["users", "create", "lena", "--password-stdin"],
            "short\n",
        ));
        assert_eq!(error["field"], "password");
        assert!(!error.to_string().contains("short"));
        // Nobody logs in as a user without one.
        printed(&run(&["users", "create", "lena"], ""), 0);
        assert!(!logs_in(place, "lena", "").await);
    })
    .await;
}
