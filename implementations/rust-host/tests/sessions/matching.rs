use serde_json::Value;

/// Whether a value is as a vector says, wildcards included: of an expected object the members that it gives count.
pub fn matches(expected: &Value, actual: &Value) -> bool {
    match expected {
        Value::Object(members) => {
            if members.contains_key("$any") {
                return true;
            }
            if members.contains_key("$text") {
                return actual.is_string();
            }
            if let Some(expected) = members.get("$has") {
                return matches(expected, actual);
            }
            if let Some(Value::Array(entries)) = members.get("$unordered") {
                return is_permutation(entries, actual.as_array().map_or(&[], Vec::as_slice));
            }
            members.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| matches(value, actual)))
        }
        Value::Array(items) => actual.as_array().is_some_and(|actual| {
            items.len() == actual.len() && items.iter().zip(actual).all(|(item, actual)| matches(item, actual))
        }),
        // As doubles, −0 equal to 0.
        #[allow(clippy::float_cmp)]
        Value::Number(number) => actual.as_f64().is_some_and(|actual| number.as_f64() == Some(actual)),
        value => value == actual,
    }
}

fn is_permutation(entries: &[Value], actual: &[Value]) -> bool {
    let mut rest: Vec<_> = actual.iter().collect();
    entries.iter().all(|entry| {
        let found = rest.iter().position(|actual| matches(entry, actual));
        found.map(|place| rest.remove(place)).is_some()
    }) && rest.is_empty()
}
