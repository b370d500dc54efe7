//! Numbers that bring their slope along, and what a derivative costs with them: nothing but to
//! compute the function.
//!
//! A [`Dual`] is a value and a slope, written a + bε, with ε² = 0 and ε not 0. Clifford brought
//! such numbers in (*Preliminary sketch of biquaternions*, 1873). A program that is run with them
//! differentiates itself as it goes, operation by operation, which is **forward-mode automatic
//! differentiation** (Wengert, *A simple automatic derivative evaluation program*, 1964).
//!
//! The prelude leaves [`Dual`] out: the notebook on calculus builds a type of that name.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::show::Show;

/// A number and how fast it changes with the variable: value + slope · ε.
///
/// It mixes with plain numbers, which do not change. Every operation gives the value that `f64`
/// gives, and the slope by the rule of that operation, without a step to choose and with no other
/// error than rounding.
///
/// ```
/// use lesson_lib::dual::Dual;
/// let x = Dual::variable(3.0); // 3 + ε
/// assert_eq!(x * x, Dual { value: 9.0, slope: 6.0 });
/// assert_eq!(1.0 / x, Dual { value: 1.0 / 3.0, slope: -1.0 / 3.0 / 3.0 });
/// assert_eq!((2.0 * x - 5.0).powi(3), Dual { value: 1.0, slope: 6.0 });
/// ```
///
/// # Where there is no slope
/// Nothing panics; slopes follow the rules of `f64`, as values do.
///
/// | at | value | slope of x + ε |
/// |---|---|---|
/// | `1.0 / x`, x = 0 | ∞ | −∞ |
/// | `x / x`, x = 0 | not a number | not a number |
/// | `x.sqrt()`, x = 0 | 0 | ∞ |
/// | `x.ln()`, x = 0 | −∞ | ∞ |
/// | `x.sqrt()`, `x.ln()`, x < 0 | not a number | not a number |
///
/// Where a slope is infinite, a number that does not change gets 0 · ∞, which is not a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    /// The number itself.
    pub value: f64,
    /// Its derivative with respect to the variable.
    pub slope: f64,
}

impl Dual {
    /// The variable at `value`: its slope is 1.
    pub const fn variable(value: f64) -> Self {
        Dual { value, slope: 1.0 }
    }

    /// A number that does not change: its slope is 0.
    pub const fn constant(value: f64) -> Self {
        Dual { value, slope: 0.0 }
    }

    /// The number to the power of `n`.
    pub fn powi(self, n: i32) -> Self {
        if n == 0 {
            return Self::constant(1.0); // at 0, too, where the rule below says 0 · ∞
        }
        // `powf`, since the least `i32` has none below it.
        self.through(self.value.powi(n), f64::from(n) * self.value.powf(f64::from(n) - 1.0))
    }

    /// The square root.
    pub fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        Dual { value: root, slope: self.slope / (2.0 * root.abs()) } // the root of −0 is −0
    }

    /// e to the power of the number.
    pub fn exp(self) -> Self {
        let power = self.value.exp();
        self.through(power, power)
    }

    /// The natural logarithm.
    pub fn ln(self) -> Self {
        // Below 0 there is no logarithm, though 1 / x would be a number.
        let argument = if self.value < 0.0 { f64::NAN } else { self.value.abs() };
        Dual { value: self.value.ln(), slope: self.slope / argument }
    }

    /// The sine of an angle in radians.
    pub fn sin(self) -> Self {
        self.through(self.value.sin(), self.value.cos())
    }

    /// The cosine of an angle in radians.
    pub fn cos(self) -> Self {
        self.through(self.value.cos(), -self.value.sin())
    }

    /// The chain rule: what a function makes of the number, if it has `value` here and the slope
    /// `rate`.
    fn through(self, value: f64, rate: f64) -> Self {
        Dual { value, slope: rate * self.slope }
    }
}

/// The derivative of `f` at `x`.
///
/// ```
/// use lesson_lib::dual::slope_of;
/// assert_eq!(slope_of(|x| x.powi(3) - 2.0 * x, 2.0), 10.0);
/// // The chain rule is in the numbers: cos(x²) · 2x.
/// assert_eq!(slope_of(|x| (x * x).sin(), 1.5), 2.25_f64.cos() * 3.0);
/// ```
pub fn slope_of(f: impl FnOnce(Dual) -> Dual, x: f64) -> f64 {
    f(Dual::variable(x)).slope
}

/// The derivatives of `f` with respect to each of its variables, at the place `at`.
///
/// It computes `f` once for each variable. Back-propagation needs one pass for all of them, and is
/// what one takes where they are many.
///
/// ```
/// use lesson_lib::dual::gradient;
/// let distance = gradient(|x| (x[0] * x[0] + x[1] * x[1]).sqrt(), &[3.0, 4.0]);
/// assert_eq!(distance, [0.6, 0.8]);
/// ```
pub fn gradient(mut f: impl FnMut(&[Dual]) -> Dual, at: &[f64]) -> Vec<f64> {
    let mut x: Vec<Dual> = at.iter().copied().map(Dual::constant).collect();
    let mut slope_along = |i: usize| {
        x[i].slope = 1.0;
        let slope = f(&x).slope;
        x[i].slope = 0.0;
        slope
    };
    (0..at.len()).map(&mut slope_along).collect()
}

/// An operator of two dual numbers, of a dual number and a plain one, and the other way round.
macro_rules! operator {
    ($operator:ident $method:ident, $dual_dual:expr, $dual_number:expr, $number_dual:expr) => {
        operator!($operator<Dual> for Dual, $method, $dual_dual);
        operator!($operator<f64> for Dual, $method, $dual_number);
        operator!($operator<Dual> for f64, $method, $number_dual);
    };
    ($operator:ident<$right:ty> for $left:ty, $method:ident, $rule:expr) => {
        impl $operator<$right> for $left {
            type Output = Dual;

            fn $method(self, other: $right) -> Dual {
                let rule: fn($left, $right) -> Dual = $rule;
                rule(self, other)
            }
        }
    };
}

operator!(
    Add add,
    |a, b| Dual { value: a.value + b.value, slope: a.slope + b.slope },
    |a, b| Dual { value: a.value + b, ..a },
    |a, b| Dual { value: a + b.value, ..b }
);

operator!(
    Sub sub,
    |a, b| Dual { value: a.value - b.value, slope: a.slope - b.slope },
    |a, b| Dual { value: a.value - b, ..a },
    |a, b| Dual { value: a - b.value, slope: -b.slope }
);

operator!(
    Mul mul,
    |a, b| Dual { value: a.value * b.value, slope: a.value * b.slope + a.slope * b.value },
    |a, b| a.through(a.value * b, b),
    |a, b| b.through(a * b.value, a)
);

operator!(
    Div div,
    |a, b| {
        let value = a.value / b.value;
        Dual { value, slope: (a.slope - value * b.slope) / b.value }
    },
    |a, b| Dual { value: a.value / b, slope: a.slope / b },
    |a, b| Dual::constant(a) / b
);

impl Neg for Dual {
    type Output = Dual;

    fn neg(self) -> Dual {
        Dual { value: -self.value, slope: -self.slope }
    }
}

impl Show for Dual {
    const PLAIN: bool = true;

    fn text(&self) -> String {
        format!("{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::property;
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq};

    /// A function for dual numbers, and the same text for plain ones.
    type Pair = (fn(Dual) -> Dual, fn(f64) -> f64);

    macro_rules! pairs {
        ($(|$x:ident| $body:expr;)*) => {[$((|$x: Dual| $body, |$x: f64| $body)),*]};
    }

    /// Smooth from 0.5 to 3, and made of every operation at least once.
    fn functions() -> [Pair; 12] {
        pairs! {
            |x| x.sin();
            |x| x.cos();
            |x| x.exp();
            |x| x.ln();
            |x| x.sqrt();
            |x| x.powi(5) - x.powi(-2);
            |x| (x.powi(2) + 1.0).sin() / x;
            |x| x * x.cos() - 3.0;
            |x| 2.0 - x / 7.0 + x * 0.25;
            |x| -(1.0 / (1.0 + x.exp()));
            |x| (x + x * x).ln() * x.sqrt();
            |x| 2.0 * x / (x - 5.0);
        }
    }

    fn near(a: f64, b: f64, tolerance: f64) -> bool {
        (a.is_nan() && b.is_nan()) || a == b || (a - b).abs() <= tolerance * (1.0 + b.abs())
    }

    #[test]
    fn values_are_those_of_plain_numbers() {
        property::holds(200, 0.5..3.0_f64, |x| {
            for (i, (dual, plain)) in functions().into_iter().enumerate() {
                let (value, plain) = (dual(Dual::variable(x)).value, plain(x));
                prop_assert!(near(value, plain, 1e-14), "{i}: {value}, not {plain}");
            }
            Ok(())
        });
    }

    #[test]
    fn slopes_are_those_of_central_differences() {
        property::holds(200, 0.5..3.0_f64, |x| {
            for (i, (dual, plain)) in functions().into_iter().enumerate() {
                let (slope, d) = (slope_of(dual, x), 1e-5);
                let by_steps = (plain(x + d) - plain(x - d)) / (2.0 * d);
                prop_assert!(near(by_steps, slope, 1e-7), "{i}: {by_steps}, not {slope}");
            }
            Ok(())
        });
    }

    #[test]
    fn basic_slopes_are_exact() {
        property::holds(200, 0.01..10.0_f64, |x| {
            prop_assert_eq!(slope_of(Dual::sin, x), x.cos());
            prop_assert_eq!(slope_of(Dual::cos, x), -x.sin());
            prop_assert_eq!(slope_of(Dual::exp, x), x.exp());
            prop_assert_eq!(slope_of(Dual::ln, x), 1.0 / x);
            prop_assert_eq!(slope_of(Dual::sqrt, x), 0.5 / x.sqrt());
            prop_assert_eq!(slope_of(|x| x * x, x), 2.0 * x);
            prop_assert_eq!(slope_of(|x| x.powi(2), -x), -2.0 * x);
            prop_assert!(near(slope_of(|x| x.powi(-3), -x) * x.powi(4), -3.0, 1e-14));
            Ok(())
        });
    }

    #[test]
    fn slopes_multiply_along_a_chain() {
        property::holds(200, 0.5..3.0_f64, |x| {
            for (i, (outer, _)) in functions().into_iter().enumerate() {
                for (k, (inner, _)) in functions().into_iter().enumerate() {
                    let u = inner(Dual::variable(x));
                    let product = slope_of(outer, u.value) * u.slope;
                    let chain = slope_of(|x| outer(inner(x)), x);
                    prop_assert!(near(chain, product, 1e-9), "{i} of {k}: {chain}, {product}");
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_plain_number_is_one_that_does_not_change() {
        property::holds(200, (0.5..3.0_f64, -4.0..4.0_f64, 0.5..3.0_f64), |(value, slope, k)| {
            let (x, constant) = (Dual { value, slope }, Dual::constant(k));
            prop_assert_eq!([x + k, k + x], [x + constant, constant + x]);
            prop_assert_eq!([x - k, k - x], [x - constant, constant - x]);
            prop_assert_eq!([x * k, k * x], [x * constant, constant * x]);
            prop_assert_eq!([x / k, k / x], [x / constant, constant / x]);
            Ok(())
        });
    }

    #[test]
    fn a_gradient_has_a_slope_for_each_variable() {
        property::holds(200, vec(0.5..3.0_f64, 3), |at| {
            let found = gradient(|x| x[0] * x[1] + x[2].sin() / x[0], &at);
            let (x, y, z) = (at[0], at[1], at[2]);
            for (found, exact) in found.iter().zip([y - z.sin() / (x * x), x, z.cos() / x]) {
                prop_assert!(near(*found, exact, 1e-13), "{found}, not {exact}");
            }
            prop_assert_eq!(found.len(), 3);
            Ok(())
        });
        assert!(gradient(|_| Dual::constant(1.0), &[]).is_empty());
        assert_eq!(gradient(|x| x[1], &[7.0, 8.0]), [0.0, 1.0]);
    }

    /// Value and slope of `f` at `x`, as text, in which not-a-numbers can be compared.
    fn at(x: f64, f: impl Fn(Dual) -> Dual) -> String {
        let y = f(Dual::variable(x));
        format!("{} {}", y.value, y.slope)
    }

    #[test]
    fn where_there_is_no_slope_f64_decides() {
        assert_eq!(at(0.0, |x| 1.0 / x), "inf -inf");
        assert_eq!(at(0.0, |x| x / x), "NaN NaN");
        assert_eq!(at(3.0, |x| x / 0.0), "inf inf");
        for zero in [0.0, -0.0] {
            assert_eq!(at(zero, |x| x.sqrt() + 0.0), "0 inf");
            assert_eq!(at(zero, Dual::ln), "-inf inf");
        }
        assert_eq!(at(-1.0, Dual::sqrt), "NaN NaN");
        assert_eq!(at(-1.0, Dual::ln), "NaN NaN");
        assert_eq!(at(0.0, |x| 2.0 * x.ln()), "-inf inf");
        assert!(Dual::constant(0.0).sqrt().slope.is_nan());
    }

    #[test]
    fn every_power_has_a_slope() {
        assert_eq!(at(0.0, |x| x.powi(0)), "1 0");
        assert_eq!(at(0.0, |x| x.powi(1)), "0 1");
        assert_eq!(at(0.0, |x| x.powi(2)), "0 0");
        assert_eq!(at(0.0, |x| x.powi(-1)), "inf -inf");
        assert_eq!(at(1.0, |x| x.powi(i32::MIN)), format!("1 {}", i32::MIN));
        assert_eq!(at(-1.0, |x| x.powi(i32::MIN)), format!("1 {}", -f64::from(i32::MIN)));
    }

    #[test]
    fn a_cell_shows_it_as_debug_does() {
        let x = Dual::variable(3.0);
        assert_eq!(x.text(), "Dual { value: 3.0, slope: 1.0 }");
        assert_eq!((x, [x; 2]).text(), format!("{:?}", (x, [x; 2])));
    }
}
