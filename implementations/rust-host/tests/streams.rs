//! Decodes every stream vector, cut in many ways, to the same events.

mod vectors;

use sandpipe_host::wire::decoder::{Decoder, Event, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use vectors::bytes::{Part, bytes};

#[derive(Deserialize)]
struct Stream {
    id: String,
    bytes: Vec<Part>,
    limits: Bounds,
    events: Vec<Expected>,
    #[serde(default)]
    alternatives: Vec<Vec<Expected>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounds {
    max_frame_bytes: usize,
    max_depth: usize,
}

#[derive(Clone, Deserialize)]
#[serde(untagged, rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Expected {
    Repeat { repeat: usize, events: Vec<Expected> },
    Frame { frame: Value },
    FrameText { frame_text: Vec<Part> },
    AnyFrame { any_frame: bool },
    Output { output: Vec<Part> },
    Violation { violation: String, skipped: Option<u64> },
    Answer { answer: Value },
}

/// The three sequences that are compared.
#[derive(Debug, Default, PartialEq)]
struct Came {
    frames_and_output: Vec<Piece>,
    violations: Vec<(String, Option<u64>)>,
    answers: Vec<(i64, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Frame(Value),
    AnyFrame,
    Output(Vec<u8>),
}

impl Came {
    fn output(&mut self, bytes: &[u8]) {
        if let Some(Piece::Output(before)) = self.frames_and_output.last_mut() {
            before.extend_from_slice(bytes);
        } else if !bytes.is_empty() {
            self.frames_and_output.push(Piece::Output(bytes.to_vec()));
        }
    }

    fn expect(&mut self, events: &[Expected]) {
        for event in events {
            match event {
                Expected::Repeat { repeat, events } => (0..*repeat).for_each(|_| self.expect(events)),
                Expected::Frame { frame } => self.frames_and_output.push(Piece::Frame(doubles(frame))),
                Expected::FrameText { frame_text } => {
                    let frame = serde_json::from_slice(&bytes(frame_text)).expect("the vector's frame is JSON");
                    self.frames_and_output.push(Piece::Frame(doubles(&frame)));
                }
                Expected::AnyFrame { any_frame } => {
                    assert!(any_frame);
                    self.frames_and_output.push(Piece::AnyFrame);
                }
                Expected::Output { output } => self.output(&bytes(output)),
                Expected::Violation { violation, skipped } => self.violations.push((violation.clone(), *skipped)),
                Expected::Answer { answer } => {
                    let kind = answer["kind"].as_str().map(str::to_owned);
                    self.answers.push((answer["code"].as_i64().expect("a code"), kind));
                }
            }
        }
    }

    fn see(&mut self, event: Event<'_>) {
        match event {
            Event::Output(bytes) => self.output(bytes),
            Event::Frame { frame, .. } => self.frames_and_output.push(Piece::Frame(doubles(&Value::Object(frame)))),
            Event::Violation(violation) => {
                self.violations.push(name(violation));
                if let Some(error) = violation.answer() {
                    let error = json!(error);
                    let kind = error["data"]["kind"].as_str().map(str::to_owned);
                    self.answers.push((error["code"].as_i64().expect("a code"), kind));
                }
            }
        }
    }

    fn is(&self, expected: &Self) -> bool {
        let pieces = self.frames_and_output.iter().zip(&expected.frames_and_output);
        self.frames_and_output.len() == expected.frames_and_output.len()
            && pieces.into_iter().all(|pair| matches!(pair, (Piece::Frame(_), Piece::AnyFrame)) || pair.0 == pair.1)
            && self.violations == expected.violations
            && self.answers == expected.answers
    }
}

fn name(violation: Violation) -> (String, Option<u64>) {
    let (name, skipped) = match violation {
        Violation::NotJson => ("not-json", None),
        Violation::NoJsonrpc => ("no-jsonrpc", None),
        Violation::TooDeep => ("too-deep", None),
        Violation::Restart => ("restart", None),
        Violation::CutEnd => ("cut-end", None),
        Violation::TooLarge { skipped, .. } => ("too-large", Some(skipped)),
    };
    (name.to_owned(), skipped)
}

/// Numbers are compared as doubles, −0 equal to 0.
fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().expect("a double") + 0.0),
        Value::Array(items) => items.iter().map(doubles).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), doubles(value))).collect(),
        value => value.clone(),
    }
}

fn decode(stream: &[u8], limits: &Bounds, reads: impl IntoIterator<Item = usize>) -> Came {
    let mut decoder = Decoder::new(limits.max_frame_bytes, limits.max_depth);
    let mut came = Came::default();
    let mut rest = stream;
    for size in reads {
        let (read, after) = rest.split_at(size.min(rest.len()));
        decoder.push(read, &mut |event| came.see(event));
        rest = after;
    }
    decoder.push(rest, &mut |event| came.see(event));
    decoder.end(&mut |event| came.see(event));
    came
}

#[test]
fn every_stream_vector_is_decoded_alike_whatever_its_reads_are() {
    let mut seen = 0;
    for (file, streams) in vectors::read::<Stream>("v1/streams") {
        for stream in streams {
            let bytes = bytes(&stream.bytes);
            let expected: Vec<Came> = std::iter::once(&stream.events)
                .chain(&stream.alternatives)
                .map(|events| {
                    let mut came = Came::default();
                    came.expect(events);
                    came
                })
                .collect();
            let whole = decode(&bytes, &stream.limits, []);
            assert!(expected.iter().any(|expected| whole.is(expected)), "{file}: {}: {whole:?}", stream.id);
            // Every cut of a short stream, and every size of read.
            for cut in 0..bytes.len().min(400) {
                assert_eq!(decode(&bytes, &stream.limits, [cut]), whole, "{}: cut at {cut}", stream.id);
            }
            for size in [1, 2, 3, 7, 64, 4_096] {
                let reads = std::iter::repeat_n(size, bytes.len() / size);
                assert_eq!(decode(&bytes, &stream.limits, reads), whole, "{}: reads of {size}", stream.id);
            }
            seen += 1;
        }
    }
    println!("{seen} streams");
}

#[test]
fn a_record_without_an_end_is_not_held() {
    let mut decoder = Decoder::new(1_000, 32);
    let mut output = 0;
    let mut count = |event: Event<'_>| {
        if let Event::Output(bytes) = event {
            output += bytes.len();
        }
    };
    decoder.push(b"\x1e", &mut count);
    for _ in 0..1_000 {
        decoder.push(&[b'x'; 1_000], &mut count);
        assert!(decoder.held_bytes() <= 1_000);
    }
    assert_eq!(output, 0);
}
