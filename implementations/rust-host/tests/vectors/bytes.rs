use serde::Deserialize;

/// A part of some bytes, as the vectors write them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// UTF-8.
    Text { text: String },
    /// Bytes.
    Hex { hex: String },
    /// Many times the same.
    Repeat { repeat: usize, of: Box<Part> },
    /// RS, compact JSON, LF.
    Frame { frame: serde_json::Value },
}

/// The bytes of all parts, joined.
pub fn bytes(parts: &[Part]) -> Vec<u8> {
    parts.iter().flat_map(part).collect()
}

fn part(part: &Part) -> Vec<u8> {
    match part {
        Part::Text { text } => text.clone().into_bytes(),
        Part::Hex { hex } => {
            let digits: Vec<_> = hex.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
            let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
            pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
        }
        Part::Repeat { repeat, of } => self::part(of).repeat(*repeat),
        Part::Frame { frame } => format!("\u{1e}{frame}\n").into_bytes(),
    }
}
