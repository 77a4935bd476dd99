//! Lets each key leave once, with what was said of it last: who records by the API may say it twice,
//! and the SDK exports both.

use opentelemetry::KeyValue;

/// Takes out what was said of a key before.
pub(super) fn keep_last(attributes: &mut Vec<KeyValue>) {
    // Most lists have no key twice, and this tells so in one pass over them.
    let mut seen = [0_u64; 4];
    let mut outdated = Vec::new();
    for (index, attribute) in attributes.iter().enumerate() {
        let sketch = sketch(attribute.key.as_str().as_bytes());
        let (word, bit) = (&mut seen[usize::from(sketch / 64)], 1 << (sketch % 64));
        if *word & bit != 0 {
            let before = attributes[..index].iter();
            outdated.extend(
                before.rev().position(|it| it.key == attribute.key).map(|at| index - 1 - at),
            );
        }
        *word |= bit;
    }
    if !outdated.is_empty() {
        let mut indices = 0..;
        attributes.retain(|_| !indices.next().is_some_and(|index| outdated.contains(&index)));
    }
}

/// Returns a number that is the same for the same key, and seldom for two.
fn sketch(key: &[u8]) -> u8 {
    let at = |index: usize| key.get(index).copied().unwrap_or_default();
    let length = u8::try_from(key.len() % 251).unwrap_or_default();
    let bytes = [at(key.len() / 2), at(key.len().wrapping_sub(1)), at(key.len().wrapping_sub(3))];
    bytes.iter().fold(length, |sketch, byte| sketch.wrapping_mul(31).wrapping_add(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_each_key_stays_where_it_is() {
        let given = ["a", "b", "a", "c", "b", "a"].into_iter().zip(0_i64..);
        let mut attributes: Vec<_> = given.map(|(key, value)| KeyValue::new(key, value)).collect();

        keep_last(&mut attributes);

        let left: Vec<_> = attributes.iter().map(|it| format!("{}={}", it.key, it.value)).collect();
        assert_eq!(left, ["c=3", "b=4", "a=5"]);
    }

    #[test]
    fn keys_that_only_look_alike_stay() {
        let keys: Vec<_> = (0..2000).map(|index| format!("app.{index}.key")).collect();
        let mut attributes: Vec<_> = keys.iter().map(|key| KeyValue::new(key.clone(), 1)).collect();

        keep_last(&mut attributes);

        assert_eq!(attributes.len(), keys.len());
    }
}
