use super::compare::take_turns;
use super::measure::{Rounds, limit};
use super::*;
use crate::show::{Output, Show, capture};
use crate::{Error, Result};
use ndarray::{Array2, array};
use std::cell::{Cell, RefCell};

/// A clock that only moves when the work says so.
#[derive(Default)]
struct FakeClock(Cell<f64>);

impl FakeClock {
    fn pass(&self, seconds: f64) {
        self.0.set(self.0.get() + seconds);
    }

    fn rounds(&self, plan: Plan, seconds_per_call: f64) -> (u32, u32) {
        let rounds = Rounds::choose(plan, &|| self.0.get(), &mut || self.pass(seconds_per_call));
        (rounds.loops, rounds.runs)
    }
}

fn timing(seconds: f64) -> Timing {
    Timing::from_seconds([seconds], 1).unwrap()
}

#[test]
fn the_environment_may_allow_less_time_than_a_plan_asks_for() {
    for (setting, allowed) in [("0.1", 0.1), ("3", 3.0), ("0", 0.0)] {
        assert_eq!(limit(Some(setting.to_string())), allowed);
    }
    for setting in [None, Some(""), Some("a second"), Some("-1"), Some("NaN")] {
        assert_eq!(limit(setting.map(str::to_string)), f64::INFINITY, "{setting:?}");
    }
}

#[test]
fn three_digits_and_a_unit() {
    let cases = [
        (0.0, "0.00 ns"),
        (1.234e-9, "1.23 ns"),
        (999.4e-9, "999 ns"),
        (999.6e-9, "1.00 µs"),
        (37.84e-6, "37.8 µs"),
        (421e-3, "421 ms"),
        (0.9996, "1.00 s"),
        (12.345, "12.3 s"),
        (4321.0, "4320 s"),
    ];
    for (seconds, text) in cases {
        assert_eq!(crate::text::seconds(seconds), text);
    }
}

#[test]
fn statistics_of_known_samples() {
    let timing = Timing::from_seconds([4.0, 1.0, 2.0, 5.0], 3).unwrap();
    assert_eq!((timing.mean(), timing.median(), timing.min()), (3.0, 3.0, 1.0));
    assert_eq!(timing.std(), (10.0_f64 / 3.0).sqrt());
    let odd = Timing::from_seconds([9.0, 1.0, 2.0], 1).unwrap();
    assert_eq!((odd.median(), odd.runs(), odd.loops()), (2.0, 3, 1));
    assert_eq!(Timing::once(Duration::from_millis(5)).std(), 0.0);
}

#[test]
fn a_timing_in_words() {
    assert_eq!(timing(0.421).text(), "421 ms per loop (1 run, 1 loop)");
    let many = Timing::from_seconds([1e-6, 3e-6], 1_000_000).unwrap();
    assert_eq!(
        many.text(),
        "2.00 µs ± 1.41 µs per loop (mean ± std. dev. of 2 runs, 1 000 000 loops each)"
    );
}

#[test]
fn no_timing_without_times() {
    for samples in [vec![], vec![1.0, -1.0], vec![f64::NAN], vec![f64::INFINITY]] {
        assert!(matches!(Timing::from_seconds(samples, 1), Err(Error::Argument { .. })));
    }
}

#[test]
fn loops_fill_a_tenth_of_the_time() {
    let clock = FakeClock::default();
    assert_eq!(clock.rounds(Plan::new(), 1.1e-6), (50_000, 7));
    assert_eq!(clock.rounds(Plan::new(), 9e-3), (10, 7));
    assert_eq!(clock.rounds(Plan::new(), 0.06), (1, 7));
    assert_eq!(clock.rounds(Plan::new(), 0.421), (1, 2));
    assert_eq!(clock.rounds(Plan::new(), 30.0), (1, 1));
    assert_eq!(clock.rounds(Plan::new().seconds(0.1), 9e-3), (1, 7));
}

#[test]
fn a_fixed_plan_is_kept() {
    let clock = FakeClock::default();
    assert_eq!(clock.rounds(Plan::new().loops(3).runs(9), 5.0), (3, 9));
    assert_eq!(clock.rounds(Plan::new().loops(300), 1e-6), (300, 7));
    assert_eq!(clock.rounds(Plan::new().runs(20), 9e-3), (10, 20));
    assert_eq!(clock.rounds(Plan::new().loops(0).runs(0), 1.0), (1, 1));
}

#[test]
fn the_first_call_is_not_measured() {
    let (clock, calls) = (FakeClock::default(), Cell::new(0));
    let work = || {
        calls.set(calls.get() + 1);
        clock.pass(if calls.get() == 1 { 100.0 } else { 0.25 });
    };
    let plan = Plan::new().loops(1).runs(3);
    let timings = take_turns(plan, &|| clock.0.get(), &[&work]);
    assert_eq!(timings, [Timing::from_seconds([0.25; 3], 1).unwrap()]);
}

#[test]
fn versions_take_turns() {
    let (clock, order) = (FakeClock::default(), RefCell::new(String::new()));
    let work = |name: char, seconds: f64| {
        order.borrow_mut().push(name);
        clock.pass(seconds);
    };
    let plan = Plan::new().loops(1);
    let timings = take_turns(plan, &|| clock.0.get(), &[&|| work('a', 0.25), &|| work('b', 0.5)]);
    assert_eq!(*order.borrow(), "abababaa");
    assert_eq!(timings.iter().map(Timing::runs).collect::<Vec<_>>(), [4, 2]);
    assert_eq!(timings.iter().map(Timing::median).collect::<Vec<_>>(), [0.25, 0.5]);
}

#[test]
fn compare_refuses_versions_that_differ() {
    let calls = Cell::new(0);
    let good = || {
        calls.set(calls.get() + 1);
        array![1.0, 2.0]
    };
    let error = compare("t", 1e-6, &[("good", &good), ("bad", &|| array![1.0, 2.1])]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "check failed: bad: differs from “good”: at [1] got 2.1, expected 2.0 (off by 0.1, \
         allowed 2e-6); 1 of 2 values differs"
    );
    assert_eq!(calls.get(), 1, "nothing is timed");
    assert!(matches!(compare::<f64>("none", 0.0, &[]), Err(Error::Argument { .. })));
}

#[test]
fn a_version_may_fail() {
    let mut ladder = Ladder::new("t", 0.0);
    let failing = || -> Result<Array2<f32>> { Err(Error::argument("matmul", "no")) };
    assert_eq!(ladder.push("x", "", failing).unwrap_err().to_string(), "matmul: no");
    assert!(ladder.rows().is_empty());
}

#[test]
fn a_ladder_refuses_a_wrong_version_and_a_wrong_shape() {
    let mut ladder = Ladder::new("t", 1e-3).on("here");
    ladder.push_timed("first", "", array![[1.0_f32, 2.0]], timing(1.0)).unwrap();
    let wrong = ladder.push_timed("nan", "", array![[1.0, f64::NAN]], timing(1.0));
    assert!(wrong.unwrap_err().to_string().contains("NaN equals nothing"));
    let shape = ladder.push_timed("flat", "", array![1.0, 2.0], timing(1.0)).unwrap_err();
    assert!(shape.to_string().ends_with("“first”: got shape (2,), expected (1, 2)"), "{shape}");
    assert_eq!(ladder.rows(), [("first".to_owned(), 1.0)]);
}

#[test]
fn pushing_a_name_again_replaces_its_row() {
    let mut ladder = Ladder::new("t", 0.0).on("here");
    for (name, seconds) in [("a", 4.0), ("b", 2.0), ("a", 8.0)] {
        ladder.push_timed(name, "", 1.0, timing(seconds)).unwrap();
    }
    assert_eq!(ladder.rows(), [("a".to_owned(), 8.0), ("b".to_owned(), 2.0)]);
    ladder.push_timed("c", "", 1.0, timing(1e4)).unwrap().on("there");
    let text = "t, measured now on here\n\
                version     time  speed-up  device\n\
                a         8.00 s        1×\n\
                b         2.00 s      4.0×\n\
                c        10000 s  0.00080×  there";
    assert_eq!(ladder.text(), text);
}

#[test]
fn a_ladder_shows_html_and_text() {
    let mut ladder = Ladder::new("a & b", 0.0).on("here");
    assert_eq!(ladder.text(), "a & b, measured now on here");
    ladder.push_timed("<v>", "", 1.0, timing(0.0)).unwrap();
    let ((), shown) = capture(|| ladder.evcxr_display());
    let html = "<table><caption>a &amp; b, measured now on here</caption><tr>\
                <th style=\"text-align:left\">version</th>\
                <th style=\"text-align:right\">time</th>\
                <th style=\"text-align:right\">speed-up</th></tr><tr>\
                <td style=\"text-align:left\">&lt;v&gt;</td>\
                <td style=\"text-align:right\">0.00 ns</td>\
                <td style=\"text-align:right\">–</td></tr></table>";
    let block = |mime: &str, content| Output::Block { mime: mime.into(), content };
    assert_eq!(shown, [block("text/html", html.into()), block("text/plain", ladder.text())]);
}

#[test]
fn time_prints_one_line_and_returns_the_value() {
    let (value, shown) = capture(|| crate::time!(6 * 7));
    assert_eq!(value, 42);
    match &shown[..] {
        [Output::Line(line)] => assert!(line.ends_with('s'), "{line}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_timeit() {
    assert_eq!(crate::timeit!(loops = 2, runs = 3, 1 + 1).runs(), 3);
    assert_eq!(crate::timeit!(loops = 2, 1 + 1).loops(), 2);
    assert_eq!(crate::timeit!(runs = 2, 1 + 1).runs(), 2);
    assert_eq!(crate::timeit!(1 + 1).runs(), 7);
}
