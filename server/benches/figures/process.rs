//! What a process has used, as the kernel counts it.

use std::time::Duration;

/// Clock ticks a second in `/proc/PID/stat`: 100 on every Linux there is (`getconf CLK_TCK`).
const TICKS: u64 = 100;

/// CPU time of a process, all threads, user and system.
pub fn cpu(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process lives");
    // The name in brackets may hold spaces; what follows may not. utime and stime are fields 14 and 15.
    let (_, after_name) = stat.rsplit_once(')').expect("a line of /proc");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("a number of ticks");
    Duration::from_millis((ticks(11) + ticks(12)) * 1_000 / TICKS)
}

/// The most memory a process ever had resident, in megabytes.
pub fn peak_memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process lives");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a line with the peak");
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    kilobytes / 1_024.0
}

/// Begins to measure [`peak_memory`] anew (`proc(5)`, `clear_refs`): what a process needed before is forgotten.
pub fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").expect("the process lives and is ours");
}
