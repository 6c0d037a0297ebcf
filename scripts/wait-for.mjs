// Waits until an address answers, and prints the answer: node scripts/wait-for.mjs URL SECONDS PID
// Ends with 1 when the process is gone or the time is over.
const [url, seconds, pid] = process.argv.slice(2);
const end = Date.now() + Number(seconds) * 1000;

const lives = () => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

while (lives() && Date.now() < end) {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(2000) });
    if (response.status < 400) {
      process.stdout.write(await response.text());
      process.exit(0);
    }
  } catch {
    // Not listening yet.
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
process.exit(1);
