use serde::{Serialize, Serializer};
use serde_json::Value;

const MAX_CODE_POINTS: usize = 128;
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Names one call of a session. `1` and `"1"` are two ids (`call:id:types-distinct`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// A non-empty text of at most 128 code points.
    Text(String),
    /// An integer within ±(2^53−1).
    Integer(i64),
}

impl Id {
    /// The id that a value is, if it is one.
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => {
                (!text.is_empty() && text.chars().nth(MAX_CODE_POINTS).is_none()).then(|| Self::Text(text.clone()))
            }
            Value::Number(number) => {
                number.as_i64().filter(|integer| (-MAX_INTEGER..=MAX_INTEGER).contains(integer)).map(Self::Integer)
            }
            _ => None,
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
        }
    }
}
