//! Verification time over the width of the window, both axes logarithmic, as SVG.

use crate::measured::{DEFAULT, Measured, V3};
use crate::targets::OURS;
use std::fmt::Write;

const LEFT: f64 = 70.0;
const TOP: f64 = 20.0;
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 360.0;
/// Decades: 1 to 10^4 steps, 10^2 to 10^7 nanoseconds.
const STEPS: f64 = 4.0;
const NANOSECONDS: (f64, f64) = (1.5, 7.0);
const COLOURS: [&str; 9] = [
    "#c00020", "#808080", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#17becf",
    "#bcbd22",
];

pub fn plot(measured: &Measured) -> String {
    let mut lines: Vec<(String, &str, &str)> = vec![(OURS.into(), DEFAULT, OURS)];
    lines.push((format!("{OURS}, x86-64-v3"), V3, OURS));
    for line in measured.lines(DEFAULT).iter().filter(|line| line[0] == "verify, 3 steps") {
        if line[1] != OURS {
            lines.push((line[1].clone(), DEFAULT, &line[1]));
        }
    }
    let x = |steps: f64| LEFT + steps.log10() / STEPS * WIDTH;
    let (low, high) = NANOSECONDS;
    let y = |ns: f64| TOP + HEIGHT - (ns.log10() - low) / (high - low) * HEIGHT;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 780 440\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"780\" height=\"440\" fill=\"#ffffff\"/>\n",
    );
    for (decade, name) in ["1", "10", "100", "1000", "10000"].into_iter().enumerate() {
        let x = x(10f64.powi(decade as i32));
        let (bottom, text) = (TOP + HEIGHT, TOP + HEIGHT + 18.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#dddddd\"/>\
             <text x=\"{x:.1}\" y=\"{text}\" text-anchor=\"middle\">{name}</text>"
        );
    }
    for (decade, name) in
        [(2, "100 ns"), (3, "1 µs"), (4, "10 µs"), (5, "100 µs"), (6, "1 ms"), (7, "10 ms")]
    {
        let y = y(10f64.powi(decade));
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{}\" stroke=\"#dddddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
            LEFT + WIDTH,
            LEFT - 8.0,
            y + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">steps in the window</text>",
        LEFT + WIDTH / 2.0,
        TOP + HEIGHT + 42.0
    );
    for (index, (name, build, who)) in lines.iter().enumerate() {
        let points: Vec<String> = peers::SIDES
            .iter()
            .filter_map(|side| {
                let ns = measured.nanoseconds(build, &peers::window(*side), who)?;
                Some(format!("{:.1},{:.1}", x((2 * side + 1) as f64), y(ns)))
            })
            .collect();
        let colour = COLOURS[index % COLOURS.len()];
        let dash = if *build == V3 { " stroke-dasharray=\"6 3\"" } else { "" };
        let colour = if *build == V3 { COLOURS[0] } else { colour };
        let width = if *who == OURS { 2.5 } else { 1.2 };
        let legend = TOP + 14.0 + 20.0 * index as f64;
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>\n\
             <path d=\"M{} {}h24\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>\
             <text x=\"{}\" y=\"{}\">{name}</text>",
            points.join(" "),
            LEFT + WIDTH + 14.0,
            legend - 4.0,
            LEFT + WIDTH + 44.0,
            legend
        );
    }
    svg.push_str("</svg>\n");
    svg
}
