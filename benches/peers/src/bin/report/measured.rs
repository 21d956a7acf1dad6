//! The measurements of one run.

use std::path::Path;

/// How a program was built and run.
pub const DEFAULT: &str = "time-default";
pub const V3: &str = "time-v3";
pub const FAT: &str = "time-fat";

/// Lines of columns, by the name of their file.
pub struct Measured(Vec<(String, Vec<Vec<String>>)>);

impl Measured {
    pub fn read(folder: &str) -> Self {
        let files = std::fs::read_dir(folder).expect("the folder of a run");
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path).expect("a text");
            text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
        };
        let paths = files.map(|entry| entry.expect("an entry").path());
        let tables = paths.filter(|path| path.extension().is_some_and(|name| name == "tsv"));
        let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into();
        Self(tables.map(|path| (name(&path), read(&path))).collect())
    }

    pub fn lines(&self, file: &str) -> &[Vec<String>] {
        self.0.iter().find(|(name, _)| name == file).map_or(&[], |(_, lines)| lines)
    }

    fn column(&self, file: &str, operation: &str, who: &str, column: usize) -> Option<f64> {
        let line = self.lines(file).iter().find(|line| line[0] == operation && line[1] == who)?;
        line.get(column)?.parse().ok()
    }

    pub fn nanoseconds(&self, build: &str, operation: &str, who: &str) -> Option<f64> {
        self.column(build, operation, who, 2)
    }

    /// Our time by theirs, taken turn by turn.
    pub fn time_ratio(&self, build: &str, operation: &str, whose: &str) -> Option<f64> {
        self.column(build, operation, whose, 3)
    }

    pub fn instructions(&self, operation: &str, who: &str) -> Option<f64> {
        self.column("count", operation, who, 2)
    }

    pub fn allocations(&self, operation: &str, who: &str) -> Option<f64> {
        self.column("cost", operation, who, 2)
    }

    pub fn stack(&self, operation: &str, who: &str) -> Option<f64> {
        self.column("cost", operation, who, 3)
    }

    /// What a program has more than an empty one, in bytes of code and data.
    pub fn size(&self, program: &str) -> Option<f64> {
        let size = |name| {
            let line = self.lines("size").iter().find(|line| line[0] == name)?;
            line.get(1)?.parse::<f64>().ok()
        };
        Some(size(program)? - size("empty")?)
    }
}
