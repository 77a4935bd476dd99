//! Every distinct usage shape that was recorded from real providers.

use serde_json::Value;

use super::{read, tokens};

#[test]
fn every_recorded_shape_gives_the_expected_counts() {
    let file: Value = serde_json::from_str(include_str!("../testdata/usage-shapes.json")).unwrap();
    let shapes = file["shapes"].as_array().unwrap();
    assert!(shapes.len() > 40, "only {} shapes", shapes.len());

    for shape in shapes {
        let (body, expected) = (&shape["body"], &shape["expected"]);
        let response = read(std::slice::from_ref(body));
        let counts = ["input", "output", "cache_read", "cache_write", "reasoning"];

        assert_eq!(tokens(&response), counts.map(|key| expected[key].as_u64()), "{body}");
        assert_eq!(response.model.as_deref(), expected["model"].as_str(), "{body}");
    }
}

#[test]
fn counts_keep_the_invariants_of_the_conventions() {
    let file: Value = serde_json::from_str(include_str!("../testdata/usage-shapes.json")).unwrap();

    for shape in file["shapes"].as_array().unwrap() {
        let [input, output, cache_read, cache_write, reasoning] =
            tokens(&read(std::slice::from_ref(&shape["body"])));

        assert!(
            cache_read.unwrap_or(0) + cache_write.unwrap_or(0) <= input.unwrap_or(0),
            "{shape}"
        );
        assert!(reasoning.unwrap_or(0) <= output.unwrap_or(0), "{shape}");
    }
}
