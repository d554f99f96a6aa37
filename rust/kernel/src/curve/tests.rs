//! Curves beside 60-digit arithmetic, and what holds for all of them.

mod shapes;

use super::{Curve, Progress, Rounding};
use crate::ScheduleError;
use crate::math::Dd;
use crate::weights::Weights;
use proptest::prelude::*;

/// How far a curve may lie from the exact value, in units of its last place.
const CURVE_ULP: f64 = 4.0;

fn at(elapsed: f64, steps: f64) -> Progress {
    let (elapsed, whole) = (Dd::new(elapsed), Dd::new(steps));
    Progress {
        u: elapsed / whole,
        r: (whole - elapsed) / whole,
        from_left: false,
    }
}

fn ulps(got: f64, exact: f64) -> f64 {
    let unit = f64::from_bits(exact.abs().to_bits() + 1) - exact.abs();
    (got - exact).abs() / unit
}

/// (curve, elapsed, steps, s, w)
type Row = (Result<Curve, ScheduleError>, f64, f64, f64, f64);

#[rustfmt::skip]
#[allow(clippy::approx_constant)] // the answers are the point
fn known() -> Vec<Row> {
    vec![
        (Curve::power(0.5, 1.0), 1.0, 1000000000.0, 3.1622776601683795e-05, 0.9999683772233983),
        (Curve::power(0.5, 1.0), 1.0, 1000.0, 0.03162277660168379, 0.9683772233983162),
        (Curve::power(0.5, 1.0), 1.0, 7.0, 0.37796447300922725, 0.6220355269907728),
        (Curve::power(0.5, 1.0), 1.0, 3.0, 0.5773502691896257, 0.4226497308103742),
        (Curve::power(0.5, 1.0), 1.0, 2.0, 0.7071067811865476, 0.2928932188134525),
        (Curve::power(0.5, 1.0), 5.0, 7.0, 0.8451542547285166, 0.15484574527148343),
        (Curve::power(0.5, 1.0), 997.0, 1000.0, 0.9984988733093293, 0.001501126690670722),
        (Curve::power(0.5, 1.0), 999999999.0, 1000000000.0, 0.9999999995, 5.00000000125e-10),
        (Curve::power(1.0, 2.0), 1.0, 1000000000.0, 1.999999999e-09, 0.999999998),
        (Curve::power(1.0, 2.0), 1.0, 1000.0, 0.001999, 0.998001),
        (Curve::power(1.0, 2.0), 1.0, 7.0, 0.2653061224489796, 0.7346938775510204),
        (Curve::power(1.0, 2.0), 1.0, 3.0, 0.5555555555555556, 0.4444444444444444),
        (Curve::power(1.0, 2.0), 1.0, 2.0, 0.75, 0.25),
        (Curve::power(1.0, 2.0), 5.0, 7.0, 0.9183673469387755, 0.08163265306122448),
        (Curve::power(1.0, 2.0), 997.0, 1000.0, 0.999991, 9e-06),
        (Curve::power(1.0, 2.0), 999999999.0, 1000000000.0, 1.0, 1e-18),
        (Curve::power(1.7, 0.3), 1.0, 1000000000.0, 1.5035617008818185e-16, 0.9999999999999999),
        (Curve::power(1.7, 0.3), 1.0, 1000.0, 2.382991329254783e-06, 0.9999976170086707),
        (Curve::power(1.7, 0.3), 1.0, 7.0, 0.011119811364717843, 0.9888801886352822),
        (Curve::power(1.7, 0.3), 1.0, 3.0, 0.049097517571441034, 0.950902482428559),
        (Curve::power(1.7, 0.3), 1.0, 2.0, 0.10448658897113174, 0.8955134110288683),
        (Curve::power(1.7, 0.3), 5.0, 7.0, 0.2206578327577309, 0.7793421672422691),
        (Curve::power(1.7, 0.3), 997.0, 1000.0, 0.7948204197230722, 0.20517958027692787),
        (Curve::power(1.7, 0.3), 999999999.0, 1000000000.0, 0.9976604373665642, 0.0023395626334357976),
        (Ok(Curve::Cosine), 1.0, 1000000000.0, 2.4674011002723396e-18, 1.0),
        (Ok(Curve::Cosine), 1.0, 1000.0, 2.467399070916944e-06, 0.999997532600929),
        (Ok(Curve::Cosine), 1.0, 7.0, 0.049515566048790434, 0.9504844339512095),
        (Ok(Curve::Cosine), 1.0, 3.0, 0.25, 0.75),
        (Ok(Curve::Cosine), 1.0, 2.0, 0.5, 0.5),
        (Ok(Curve::Cosine), 5.0, 7.0, 0.8117449009293668, 0.18825509907063323),
        (Ok(Curve::Cosine), 997.0, 1000.0, 0.9999777935544749, 2.220644552509664e-05),
        (Ok(Curve::Cosine), 999999999.0, 1000000000.0, 1.0, 2.4674011002723396e-18),
        (Curve::waves(1.5, 1.0, 1.0), 1.0, 1000000000.0, 2.2206609902451058e-17, 1.0),
        (Curve::waves(1.5, 1.0, 1.0), 1.0, 1000.0, 2.220644552509664e-05, 0.9999777935544749),
        (Curve::waves(1.5, 1.0, 1.0), 1.0, 7.0, 0.3887395330218428, 0.6112604669781572),
        (Curve::waves(1.5, 1.0, 1.0), 1.0, 3.0, 1.0, 0.0),
        (Curve::waves(1.5, 1.0, 1.0), 1.0, 2.0, 0.5, 0.5),
        (Curve::waves(1.5, 1.0, 1.0), 5.0, 7.0, 0.049515566048790434, 0.9504844339512095),
        (Curve::waves(1.5, 1.0, 1.0), 997.0, 1000.0, 0.9998001538251283, 0.00019984617487173043),
        (Curve::waves(1.5, 1.0, 1.0), 999999999.0, 1000000000.0, 1.0, 2.2206609902451058e-17),
        (Curve::waves(0.5, 2.0, 3.0), 1.0, 1000000000.0, 7.402203300817019e-36, 1.0),
        (Curve::waves(0.5, 2.0, 3.0), 1.0, 1000.0, 7.402203300792667e-12, 0.9999999999925978),
        (Curve::waves(0.5, 2.0, 3.0), 1.0, 7.0, 0.003078745900450402, 0.9969212540995496),
        (Curve::waves(0.5, 2.0, 3.0), 1.0, 3.0, 0.08776075092179707, 0.912239249078203),
        (Curve::waves(0.5, 2.0, 3.0), 1.0, 2.0, 0.37814078323088546, 0.6218592167691145),
        (Curve::waves(0.5, 2.0, 3.0), 5.0, 7.0, 0.8866382185677864, 0.11336178143221363),
        (Curve::waves(0.5, 2.0, 3.0), 997.0, 1000.0, 0.9999999999993054, 6.945071455731752e-13),
        (Curve::waves(0.5, 2.0, 3.0), 999999999.0, 1000000000.0, 1.0, 9.613891906911368e-52),
        (Curve::saturating(0.1), 1.0, 1000000000.0, 2.558427878158996e-09, 0.9999999974415721),
        (Curve::saturating(0.1), 1.0, 1000.0, 0.0025554846416074254, 0.9974445153583926),
        (Curve::saturating(0.1), 1.0, 7.0, 0.3114603633320533, 0.6885396366679467),
        (Curve::saturating(0.1), 1.0, 3.0, 0.595379018487469, 0.404620981512531),
        (Curve::saturating(0.1), 1.0, 2.0, 0.7597469266479578, 0.24025307335204216),
        (Curve::saturating(0.1), 5.0, 7.0, 0.8965891412351944, 0.10341085876480557),
        (Curve::saturating(0.1), 997.0, 1000.0, 0.9992298145720218, 0.0007701854279782411),
        (Curve::saturating(0.1), 999999999.0, 1000000000.0, 0.9999999997441572, 2.558427884049994e-10),
        (Curve::rex(0.5), 1.0, 1000000000.0, 5.0000000025e-10, 0.9999999995),
        (Curve::rex(0.5), 1.0, 1000.0, 0.0005002501250625312, 0.9994997498749375),
        (Curve::rex(0.5), 1.0, 7.0, 0.07692307692307693, 0.9230769230769231),
        (Curve::rex(0.5), 1.0, 3.0, 0.2, 0.8),
        (Curve::rex(0.5), 1.0, 2.0, 0.3333333333333333, 0.6666666666666666),
        (Curve::rex(0.5), 5.0, 7.0, 0.5555555555555556, 0.4444444444444444),
        (Curve::rex(0.5), 997.0, 1000.0, 0.9940179461615155, 0.005982053838484547),
        (Curve::rex(0.5), 999999999.0, 1000000000.0, 0.9999999980000001, 1.999999998e-09),
        (Curve::rex(-2.0), 1.0, 1000000000.0, 2.999999994e-09, 0.999999997),
        (Curve::rex(-2.0), 1.0, 1000.0, 0.0029940119760479044, 0.9970059880239521),
        (Curve::rex(-2.0), 1.0, 7.0, 0.3333333333333333, 0.6666666666666666),
        (Curve::rex(-2.0), 1.0, 3.0, 0.6, 0.4),
        (Curve::rex(-2.0), 1.0, 2.0, 0.75, 0.25),
        (Curve::rex(-2.0), 5.0, 7.0, 0.8823529411764706, 0.11764705882352941),
        (Curve::rex(-2.0), 997.0, 1000.0, 0.998997995991984, 0.001002004008016032),
        (Curve::rex(-2.0), 999999999.0, 1000000000.0, 0.9999999996666666, 3.3333333355555555e-10),
        (Curve::tanh(-7.0, 3.0), 1.0, 1000000000.0, 1.667178379253394e-14, 0.9999999999999833),
        (Curve::tanh(-7.0, 3.0), 1.0, 1000.0, 1.6839618211009252e-08, 0.9999999831603817),
        (Curve::tanh(-7.0, 3.0), 1.0, 7.0, 1.3680435593989933e-05, 0.999986319564406),
        (Curve::tanh(-7.0, 3.0), 1.0, 3.0, 0.0006537508325844861, 0.9993462491674155),
        (Curve::tanh(-7.0, 3.0), 1.0, 2.0, 0.018029974759597365, 0.9819700252404027),
        (Curve::tanh(-7.0, 3.0), 5.0, 7.0, 0.5723614755284047, 0.42763852447159534),
        (Curve::tanh(-7.0, 3.0), 997.0, 1000.0, 0.9998471247700208, 0.00015287522997918068),
        (Curve::tanh(-7.0, 3.0), 999999999.0, 1000000000.0, 0.9999999999505474, 4.945250484784752e-11),
        (Curve::inverse_sqrt(10.0), 1.0, 1000000000.0, 7.158312341490358e-09, 0.9999999928416876),
        (Curve::inverse_sqrt(10.0), 1.0, 1000.0, 0.007105068566948801, 0.9928949314330512),
        (Curve::inverse_sqrt(10.0), 1.0, 7.0, 0.5129804890870462, 0.4870195109129538),
        (Curve::inverse_sqrt(10.0), 1.0, 3.0, 0.7439140701156142, 0.25608592988438583),
        (Curve::inverse_sqrt(10.0), 1.0, 2.0, 0.8471887194480247, 0.15281128055197535),
        (Curve::inverse_sqrt(10.0), 5.0, 7.0, 0.9299530821758426, 0.0700469178241574),
        (Curve::inverse_sqrt(10.0), 997.0, 1000.0, 0.9994101625865756, 0.0005898374134244764),
        (Curve::inverse_sqrt(10.0), 999999999.0, 1000000000.0, 0.9999999998037897, 1.9621021787720695e-10),
        (Curve::log(1000.0), 1.0, 1000000000.0, 1.4461999023610977e-07, 0.9999998553800098),
        (Curve::log(1000.0), 1.0, 1000.0, 0.10027093137270565, 0.8997290686272944),
        (Curve::log(1000.0), 1.0, 7.0, 0.7191666469018839, 0.2808333530981161),
        (Curve::log(1000.0), 1.0, 3.0, 0.8412488222705214, 0.1587511777294785),
        (Curve::log(1000.0), 1.0, 2.0, 0.8998013606051125, 0.10019863939488752),
        (Curve::log(1000.0), 5.0, 7.0, 0.9513485491267423, 0.0486514508732577),
        (Curve::log(1000.0), 997.0, 1000.0, 0.9995654883711823, 0.00043451162881769957),
        (Curve::log(1000.0), 999999999.0, 1000000000.0, 0.9999999998553799, 1.446200625460206e-10),
    ]
}

/// Parameters near the end of the range, whose products would leave it.
#[rustfmt::skip]
fn huge() -> Vec<Row> {
    vec![
        (Curve::log(1e250), 1.0, 7.0, 0.996619607839943, 0.0033803921600570274),
        (Curve::log(1e250), 5.0, 7.0, 0.9994154878572871, 0.0005845121427129521),
        (Curve::log(1.7e308), 1.0, 7.0, 0.9972582266191689, 0.002741773380831106),
        (Curve::log(1.7e308), 5.0, 7.0, 0.9995259130426939, 0.0004740869573061277),
        (Curve::rex(-1e101), 1.0, 7.0, 1.0, 6e-101),
        (Curve::rex(-1e200), 5.0, 7.0, 1.0, 4e-201),
        (Curve::rex(-1.7e308), 1.0, 7.0, 1.0, 3.5294117647058824e-308),
        (Curve::inverse_sqrt(1e101), 1.0, 7.0, 1.0, 5.2043226051723764e-51),
        (Curve::inverse_sqrt(1e200), 5.0, 7.0, 1.0, 1.832159566199232e-101),
        (Curve::inverse_sqrt(1.7e308), 1.0, 7.0, 1.0, 1.262233635936199e-154),
    ]
}

#[test]
fn both_weights_are_within_a_few_ulp_also_near_the_ends() {
    for (curve, elapsed, steps, s, w) in known().into_iter().chain(huge()) {
        let curve = curve.expect("a valid curve");
        let got = curve.weights(at(elapsed, steps));
        let errors = (ulps(got.s, s), ulps(got.w, w));
        assert!(
            errors.0 <= CURVE_ULP && errors.1 <= CURVE_ULP,
            "{curve:?} at {elapsed}/{steps}: {got:?}, not s = {s}, w = {w}: {errors:?} ulp"
        );
    }
}

#[test]
fn stairs_are_exact_on_their_edges() {
    let s = |rounding, elapsed, steps| {
        Curve::stairs(3.0, rounding)
            .expect("three stairs")
            .weights(at(elapsed, steps))
            .s
    };
    let third = 1.0 / 3.0;
    assert_eq!(s(Rounding::Floor, 1.0, 3.0), third);
    assert_eq!(s(Rounding::Floor, 999.0, 3000.0), 0.0);
    assert_eq!(s(Rounding::Ceil, 1.0, 3.0), third);
    assert_eq!(s(Rounding::Ceil, 1001.0, 3000.0), 2.0 * third);
}

#[test]
fn a_tanh_between_two_neighbours_is_a_line() {
    for (low, high) in [(0.0, 5e-324), (-5e-324, 5e-324), (1e-160, 2e-160)] {
        for curve in [Curve::tanh(low, high), Curve::tanh(-low, -high)] {
            let got = curve.expect("two ends").weights(at(1.0, 4.0));
            assert_eq!((got.s, got.w), (0.25, 0.75), "{low} {high}");
        }
    }
}

#[test]
fn what_has_no_value_is_refused() {
    let refused = [
        Curve::power(0.0, 1.0),
        Curve::power(1.0, f64::NAN),
        Curve::waves(0.0, 1.0, 1.0),
        Curve::saturating(1.0),
        Curve::saturating(0.0),
        Curve::saturating(-1.0),
        Curve::rex(1.0),
        Curve::tanh(2.0, 2.0),
        Curve::tanh(-1e3, 3.0),
        Curve::inverse_sqrt(0.0),
        Curve::log(1.0),
        Curve::stairs(2.5, Rounding::Floor),
        Curve::blend(vec![]),
        Curve::blend(vec![(0.5, Curve::Linear)]),
    ];
    assert!(refused.iter().all(Result::is_err));
    let deep = (0..200).try_fold(Curve::Linear, |curve, _| {
        Curve::compose(Curve::Cosine, curve)
    });
    assert_eq!(
        deep,
        Err(ScheduleError::TooDeep {
            limit: crate::MAX_DEPTH
        })
    );
}

fn any_curve() -> impl Strategy<Value = Curve> {
    let leaf = prop_oneof![
        Just(Curve::Linear),
        Just(Curve::Cosine),
        (0.1..5.0_f64, 0.1..5.0_f64).prop_map(|(p, q)| Curve::power(p, q).expect("in range")),
        (0.01..0.9_f64).prop_map(|k| Curve::saturating(k).expect("in range")),
        (-5.0..0.95_f64).prop_map(|d| Curve::rex(d).expect("in range")),
        (-8.0..0.0_f64, 0.1..8.0_f64).prop_map(|(a, b)| Curve::tanh(a, b).expect("in range")),
        (0.1..100.0_f64).prop_map(|a| Curve::inverse_sqrt(a).expect("in range")),
        (1.5..1e6_f64).prop_map(|n| Curve::log(n).expect("in range")),
    ];
    (leaf.clone(), leaf, any::<bool>()).prop_map(|(outer, inner, both)| {
        if both {
            Curve::compose(outer, inner).expect("two deep")
        } else {
            outer
        }
    })
}

proptest! {
    #[test]
    fn weights_are_shares_that_rise_and_add_up(curve in any_curve(), t in 1..9_999_u32) {
        let (now, next) = (f64::from(t), f64::from(t + 1));
        let Weights { w, s } = curve.weights(at(now, 10_001.0));
        prop_assert!((0.0..=1.0).contains(&s) && (0.0..=1.0).contains(&w));
        prop_assert!((s + w - 1.0).abs() <= 2.0 * f64::EPSILON);
        prop_assert!(curve.weights(at(next, 10_001.0)).s >= s * (1.0 - f64::EPSILON));
    }

    #[test]
    fn ends_are_exact(curve in any_curve()) {
        prop_assert_eq!(curve.end(), Weights { w: 0.0, s: 1.0 });
        let begin = curve.weights(at(0.0, 7.0));
        prop_assert_eq!((begin.s, begin.w), (0.0, 1.0));
    }
}
