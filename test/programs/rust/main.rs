// What a Rust program does that a C program does not: its standard library's own view of files, time
// and collections, threads that it cannot have, and a panic that ends it.
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

#[derive(Debug)]
enum Token {
    Number(f64),
    Operator(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    text.split_whitespace()
        .map(|word| match word {
            "+" | "-" | "*" | "/" => Ok(Token::Operator(word.chars().next().unwrap())),
            _ => word.parse().map(Token::Number).map_err(|error| format!("{word}: {error}")),
        })
        .collect()
}

fn evaluate(text: &str) -> Result<f64, String> {
    let mut stack = Vec::new();
    for token in tokens(text)? {
        let value = match token {
            Token::Number(number) => number,
            Token::Operator(operator) => {
                let right = stack.pop().ok_or("too few numbers")?;
                let left: f64 = stack.pop().ok_or("too few numbers")?;
                match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                }
            }
        };
        stack.push(value);
    }
    stack.pop().ok_or_else(|| "nothing to evaluate".to_string())
}

fn files() -> io::Result<()> {
    fs::create_dir_all("tree/inner")?;
    fs::write("tree/inner/file.txt", "first\nsecond\n")?;
    let mut file = OpenOptions::new().append(true).open("tree/inner/file.txt")?;
    writeln!(file, "third")?;
    let mut file = File::open("tree/inner/file.txt")?;
    file.seek(SeekFrom::Start(6))?;
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    println!("rest {rest:?}");
    fs::rename("tree/inner/file.txt", "tree/moved.txt")?;
    let mut names: Vec<_> = fs::read_dir("tree")?
        .map(|entry| entry.map(|entry| entry.file_name().into_string().unwrap()))
        .collect::<Result<_, _>>()?;
    names.sort();
    println!("names {names:?}");
    let metadata = fs::metadata("tree/moved.txt")?;
    println!("size {} file {}", metadata.len(), metadata.is_file());
    println!("missing {:?}", fs::read("missing").unwrap_err().kind());
    println!("not empty {}", fs::remove_dir("tree").is_err());
    fs::remove_dir_all("tree")?;
    println!("gone {}", !Path::new("tree").exists());
    Ok(())
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("args {arguments:?} env {:?}", std::env::var("GREETING"));
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        println!("{line} = {:?}", evaluate(&line));
    }
    files().unwrap();
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(10));
    println!("slept {}", start.elapsed() >= Duration::from_millis(10));
    println!("after 2020 {}", SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() > 1_577_836_800);
    println!("thread {}", std::thread::Builder::new().spawn(|| ()).is_err());
    let mut counts: HashMap<char, usize> = HashMap::new();
    "the quick brown fox".chars().for_each(|letter| *counts.entry(letter).or_default() += 1);
    let most: BTreeMap<_, _> = counts.iter().filter(|(_, count)| **count > 1).collect();
    println!("counts {most:?}");
    if arguments.first().map(String::as_str) == Some("panic") {
        let empty: Vec<i32> = Vec::new();
        println!("{}", empty[arguments.len()]);
    }
    std::process::exit(4);
}
