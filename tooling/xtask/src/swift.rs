//! The Swift module: compiled, what the documentation shows compiled against it, and the README's program run.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use xtask::{Result, process, repository};

use crate::report::Outcome;
use crate::{first_look, mobile};

/// What Swift programs import; its library lies beside the core's, which it calls.
const MODULE: &str = "Ringfence";

/// The variable that names the folders of shared libraries.
const SEARCHED: &str = if cfg!(target_os = "macos") {
    "DYLD_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// Generates the sources, compiles them and what the documentation shows, and runs the README's program.
pub(crate) fn test() -> Result<Outcome> {
    let Some(compiler) = process::find("swiftc") else {
        // Few machines that are not Apple's have one: most distributions do not carry it.
        return Ok(Outcome::Excused("no swiftc on PATH".to_owned()));
    };
    let sources = mobile::generate("swift")?;
    let bindings = repository::target().join("bindings");
    let examples = bindings.join("swift-examples");
    mobile::write_examples("swift", "swift", &examples, "")?;
    let module = Module::compiled(compiler, sources, bindings.join("swift-module"))?;
    process::run(
        module
            .swiftc()
            .args(["-typecheck", "-parse-as-library"])
            .arg(examples.join("Guide.swift")),
    )?;
    let program = module.program(&examples.join("FirstLook.swift"))?;
    let folder = bindings.join("swift-first-look");
    first_look::copy(&first_look::made()?, &folder)?;
    let said = process::capture(
        Command::new(program)
            .current_dir(&folder)
            .env(SEARCHED, module.searched()?),
    )?;
    print!("{said}");
    let mut lines = said.lines();
    let drone = lines.next() == Some("Heron MAVLINK");
    let mission = lines.next().is_some_and(|it| it.starts_with("DRAFT {"));
    if drone && mission && lines.next().is_none() {
        Ok(Outcome::Passed(Vec::new()))
    } else {
        Err("the README's program did not say what it should".into())
    }
}

/// The module, with the compiler and the sources that it was made of.
struct Module {
    compiler: PathBuf,
    sources: PathBuf,
    folder: PathBuf,
}

impl Module {
    fn compiled(compiler: PathBuf, sources: PathBuf, folder: PathBuf) -> Result<Self> {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let module = Self {
            compiler,
            sources,
            folder,
        };
        let library = format!("{DLL_PREFIX}{MODULE}{DLL_SUFFIX}");
        process::run(
            module
                .swiftc()
                .args(["-emit-module", "-emit-library", "-parse-as-library"])
                .args(["-module-name", MODULE, "-o"])
                .arg(module.folder.join(library))
                .arg(module.sources.join(MODULE).with_extension("swift")),
        )?;
        Ok(module)
    }

    /// The program that a file is.
    fn program(&self, file: &Path) -> Result<PathBuf> {
        let program = self.folder.join("first-look");
        process::run(
            self.swiftc()
                .arg(format!("-l{MODULE}"))
                .arg("-o")
                .arg(&program)
                .arg(file),
        )?;
        Ok(program)
    }

    /// A compiler that finds the module and both libraries.
    fn swiftc(&self) -> Command {
        let map = self.sources.join("RingfenceFFI.modulemap");
        let mut command = Command::new(&self.compiler);
        command
            .current_dir(&self.folder)
            .args(["-swift-version", "6", "-Xcc"])
            .arg(format!("-fmodule-map-file={}", map.display()))
            .arg("-lringfence_mobile");
        for folder in [&self.folder, &self.sources] {
            command.arg("-I").arg(folder);
        }
        for folder in [&self.folder, &mobile::libraries()] {
            command.arg("-L").arg(folder);
        }
        command
    }

    fn searched(&self) -> Result<OsString> {
        let before = env::var_os(SEARCHED).unwrap_or_default();
        let ours = [self.folder.clone(), mobile::libraries()];
        let folders = ours.into_iter().chain(env::split_paths(&before));
        Ok(env::join_paths(folders)?)
    }
}
