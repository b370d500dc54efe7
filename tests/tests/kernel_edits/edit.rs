//! Small edits of a text.

use lesson_lib::random::Generator;

const NUMBERS: [&str; 12] =
    ["0", "1", "-1", "2", "31", "33", "64", "1024", "100000", "2147483647", "0.5f", "1e30f"];

const OPERATORS: [&str; 18] = [
    "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "=", "+=", "&", "|", "<<", ">>",
    "&&",
];

pub struct Random(Generator);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(Generator::new(seed))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.randint(0, end as i64, ()).unwrap().into_scalar() as usize
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// The text with one edit more, which may change nothing.
pub fn edited(text: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 | 1 => with_a_line_changed(text, random),
        2 => with_one_less(text, "__syncthreads();", random),
        3 => with_one_less(text, ["{", "}"][random.below(2)], random),
        _ => with_a_token_changed(text, random),
    }
}

fn with_a_line_changed(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    changed_order(&mut lines, random);
    lines.join("\n") + "\n"
}

/// Removes, doubles or swaps one of the parts.
fn changed_order(parts: &mut Vec<&str>, random: &mut Random) {
    if parts.len() < 2 {
        return;
    }
    let at = random.below(parts.len() - 1);
    match random.below(3) {
        0 => drop(parts.remove(at)),
        1 => parts.insert(at, parts[at]),
        _ => parts.swap(at, at + 1),
    }
}

fn with_one_less(text: &str, part: &str, random: &mut Random) -> String {
    let places: Vec<usize> = text.match_indices(part).map(|(at, _)| at).collect();
    if places.is_empty() {
        return text.into();
    }
    let at = places[random.below(places.len())];
    format!("{}{}", &text[..at], &text[at + part.len()..])
}

fn with_a_token_changed(text: &str, random: &mut Random) -> String {
    let mut tokens = tokens(text);
    if random.below(3) == 0 {
        changed_order(&mut tokens, random);
        return tokens.concat();
    }
    let starts_with =
        |token: &str, is: fn(&char) -> bool| token.chars().next().filter(is).is_some();
    let words: Vec<&str> = tokens.iter().copied().filter(|token| is_word(token)).collect();
    // The next token that there is something else for.
    let first = random.below(tokens.len());
    for at in (first..tokens.len()).chain(0..first) {
        let token = tokens[at];
        let new = if starts_with(token, char::is_ascii_digit) {
            random.one_of(&NUMBERS)
        } else if is_word(token) {
            random.one_of(&words)
        } else if OPERATORS.contains(&token) {
            random.one_of(&OPERATORS)
        } else {
            continue;
        };
        tokens[at] = new;
        break;
    }
    tokens.concat()
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, numbers, spaces, and operators of up to two characters.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_like_first = |c: char| match first {
            _ if first.is_whitespace() => c.is_whitespace(),
            _ if first.is_ascii_digit() => c.is_ascii_alphanumeric() || c == '.',
            _ => c.is_alphanumeric() || c == '_',
        };
        let two = rest.get(..2).filter(|two| OPERATORS.contains(two));
        let length = if first.is_whitespace() || first.is_alphanumeric() || first == '_' {
            rest.find(|c| !is_like_first(c)).unwrap_or(rest.len())
        } else {
            two.map_or(first.len_utf8(), str::len)
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

#[test]
fn a_text_is_its_tokens() {
    let text = "if (s[t_1] <= 0x1fu) b += 1.5f;\n";
    let tokens = tokens(text);
    assert_eq!(tokens.concat(), text);
    for token in ["if", "t_1", "<=", "0x1fu", "+=", "1.5f", "]", ";"] {
        assert!(tokens.contains(&token), "{tokens:?}");
    }
}
