//! Adds up exponential histograms, whose buckets are not the same ones until both are as coarse.

use opentelemetry_proto::tonic::metrics::v1::ExponentialHistogramDataPoint;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;

/// How many buckets one side may have, as in the view that makes them.
const BUCKETS: i64 = 160;
/// A coarser scale has all there is in one bucket.
const COARSEST: i32 = -10;

/// Adds a histogram to another, and returns whether that is possible.
///
/// Buckets of one scale are halves of those of the next coarser one, so nothing is guessed: each
/// count goes where the finer one was inside of, as the specification's data model has it.
pub(super) fn add(
    to: &mut ExponentialHistogramDataPoint,
    more: &ExponentialHistogramDataPoint,
) -> bool {
    if to.zero_threshold.to_bits() != more.zero_threshold.to_bits() {
        return false;
    }
    let mut scale = to.scale.min(more.scale);
    let sides = [(&to.positive, &more.positive), (&to.negative, &more.negative)];
    let is_long = |scale: i32| {
        let length = |(a, b): &(&Option<Buckets>, &Option<Buckets>)| {
            let spans = [span(a.as_ref(), to.scale - scale), span(b.as_ref(), more.scale - scale)];
            let mut spans = spans.into_iter().flatten();
            let first = spans.next()?;
            let (start, end) = spans.fold(first, |a, b| (a.0.min(b.0), a.1.max(b.1)));
            Some(end - start)
        };
        sides.iter().filter_map(length).any(|length| length > BUCKETS)
    };
    while scale > COARSEST && is_long(scale) {
        scale -= 1;
    }
    let both = |a: &Option<Buckets>, b: &Option<Buckets>| {
        sum(a.as_ref(), to.scale - scale, b.as_ref(), more.scale - scale)
    };
    let (positive, negative) =
        (both(&to.positive, &more.positive), both(&to.negative, &more.negative));
    (to.positive, to.negative, to.scale) = (positive, negative, scale);
    to.count += more.count;
    to.zero_count += more.zero_count;
    to.sum = to.sum.zip(more.sum).map(|(a, b)| a + b);
    to.min = to.min.zip(more.min).map(|(a, b)| a.min(b));
    to.max = to.max.zip(more.max).map(|(a, b)| a.max(b));
    to.start_time_unix_nano = to.start_time_unix_nano.min(more.start_time_unix_nano);
    to.exemplars.extend_from_slice(&more.exemplars);
    true
}

/// Returns the first bucket and the one after the last, coarser by so many scales.
fn span(buckets: Option<&Buckets>, coarser: i32) -> Option<(i64, i64)> {
    let buckets = buckets.filter(|it| !it.bucket_counts.is_empty())?;
    let first = i64::from(buckets.offset);
    let last = first + i64::try_from(buckets.bucket_counts.len()).unwrap_or(i64::MAX / 2) - 1;
    Some((first >> coarser, (last >> coarser) + 1))
}

fn sum(a: Option<&Buckets>, a_by: i32, b: Option<&Buckets>, b_by: i32) -> Option<Buckets> {
    let spans = [span(a, a_by), span(b, b_by)];
    let Some(start) = spans.into_iter().flatten().map(|(start, _)| start).min() else {
        return a.or(b).cloned();
    };
    let mut counts = Vec::new();
    for (buckets, by) in [(a, a_by), (b, b_by)] {
        let Some(buckets) = buckets else { continue };
        for (index, count) in (i64::from(buckets.offset)..).zip(&buckets.bucket_counts) {
            let at = usize::try_from((index >> by) - start).unwrap_or_default();
            if counts.len() <= at {
                counts.resize(at + 1, 0);
            }
            counts[at] += count;
        }
    }
    Some(Buckets { offset: i32::try_from(start).unwrap_or_default(), bucket_counts: counts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(scale: i32, offset: i32, counts: &[u64]) -> ExponentialHistogramDataPoint {
        ExponentialHistogramDataPoint {
            count: counts.iter().sum(),
            sum: Some(1.0),
            scale,
            positive: Some(Buckets { offset, bucket_counts: counts.to_vec() }),
            ..ExponentialHistogramDataPoint::default()
        }
    }

    fn added(
        mut to: ExponentialHistogramDataPoint,
        more: &ExponentialHistogramDataPoint,
    ) -> (i32, i32, Vec<u64>) {
        let count = to.count + more.count;
        assert!(add(&mut to, more));
        assert_eq!((to.count, to.sum), (count, Some(2.0)));
        let Buckets { offset, bucket_counts } = to.positive.unwrap();
        (to.scale, offset, bucket_counts)
    }

    #[test]
    fn the_finer_one_becomes_as_coarse_as_the_other() {
        let fine = histogram(1, -3, &[1, 2, 3, 4]);
        let coarse = histogram(0, -1, &[10]);

        // Buckets -3, -2, -1 and 0 of the finer are -2, -1, -1 and 0 of the coarser.
        assert_eq!(added(fine.clone(), &coarse), (0, -2, vec![1, 15, 4]));
        assert_eq!(added(coarse, &fine), (0, -2, vec![1, 15, 4]));
    }

    #[test]
    fn what_is_far_apart_becomes_coarser_until_it_fits() {
        let (near, far) = (histogram(2, 0, &[5]), histogram(2, 400, &[7]));

        let (scale, offset, counts) = added(near, &far);

        assert_eq!((scale, offset, counts.len()), (0, 0, 101));
        assert_eq!((counts[0], counts[100]), (5, 7));
    }

    #[test]
    fn what_is_empty_or_differs_in_its_zero_is_no_trouble() {
        let mut none = histogram(3, 0, &[]);
        assert_eq!(added(none.clone(), &histogram(1, 4, &[2])), (1, 4, vec![2]));
        none.zero_threshold = 0.5;
        assert!(!add(&mut none, &histogram(1, 4, &[2])));
    }
}
