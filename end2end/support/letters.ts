/** A mail as it travels, with CRLF at the end of every line. */
function letter(lines: string[]): string {
  return lines.join("\r\n");
}

function head(subject: string, to: string): string[] {
  return [
    "From: Rosa Almeida <rosa@harbour.example>",
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@harbour.example>`,
    "MIME-Version: 1.0",
  ];
}

/** Plain text only. */
export function plainLetter(subject: string, to: string, text: string): string {
  return letter([...head(subject, to), "Content-Type: text/plain; charset=utf-8", "", text, ""]);
}

/** The mark that a script of a hostile mail leaves when it runs. */
export const PLANTED = "planted-by-a-mail";

/** HTML with every way in that is worth trying, a picture on another server, and an alternative in plain text. */
export function hostileLetter(subject: string, to: string, pictures: string): string {
  const deed = `top.name='${PLANTED}';new Image().src='${pictures}/${PLANTED}'`;
  const html = [
    "<html><head>",
    `<script>${deed}</script>`,
    `<meta http-equiv="refresh" content="0;url=${pictures}/${PLANTED}">`,
    `<link rel="stylesheet" href="${pictures}/${PLANTED}">`,
    `<style>@import url('${pictures}/${PLANTED}');</style>`,
    `</head><body onload="${deed}">`,
    "<h1>The tide tables are <em>here</em></h1>",
    "<p style=\"color: #0b6e4f\">High water on Saturday is at <b>06:40</b>.</p>",
    `<img src="x" onerror="${deed}" alt="">`,
    `<svg onload="${deed}"><script>${deed}</script></svg>`,
    `<iframe src="javascript:${deed}"></iframe>`,
    `<a href="javascript:${deed}">Open the tables</a>`,
    `<form action="${pictures}/${PLANTED}"><input name="a"><button>Send</button></form>`,
    `<p>The harbour today: <img src="${pictures}/_sandbox/picture?of=harbour" alt="The harbour" width="96" height="96"></p>`,
    "</body></html>",
  ];
  return letter([
    ...head(subject, to),
    'Content-Type: multipart/alternative; boundary="tide"',
    "",
    "--tide",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "High water on Saturday is at 06:40, in plain text.",
    "--tide",
    "Content-Type: text/html; charset=utf-8",
    "",
    ...html,
    "--tide--",
    "",
  ]);
}

/** As Gmail judges a mail that is really from the harbour. */
const GENUINE =
  "Authentication-Results: mx.google.com; dkim=pass header.i=@harbour.example; spf=pass smtp.mailfrom=rosa@harbour.example; dmarc=pass header.from=harbour.example";

/** HTML whose sender the provider vouches for. */
export function judgedLetter(subject: string, to: string, html: string): string {
  return letter([GENUINE, ...head(subject, to), "Content-Type: text/html; charset=utf-8", "", html, ""]);
}

/** A mail with a picture of its own, a quote, a file, and a sender that the provider vouches for. */
export function letterWithAll(subject: string, to: string): string {
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const quote = '<div class="gmail_quote"><div>Ana wrote:</div><blockquote>Is the mooring free?</blockquote></div>';
  return letter([
    GENUINE,
    "X-Harbour: pilot",
    ...head(subject, to),
    'Content-Type: multipart/mixed; boundary="all"',
    "",
    "--all",
    'Content-Type: multipart/related; boundary="inner"',
    "",
    "--inner",
    "Content-Type: text/html; charset=utf-8",
    "",
    `<p><img src="cid:logo@harbour" alt="Our logo" width="24" height="24"> The mooring is yours.</p>${quote}`,
    "--inner",
    'Content-Type: image/png; name="logo.png"',
    "Content-ID: <logo@harbour>",
    'Content-Disposition: inline; filename="logo.png"',
    "Content-Transfer-Encoding: base64",
    "",
    pixel,
    "--inner--",
    "--all",
    'Content-Type: text/plain; name="contract.txt"',
    'Content-Disposition: attachment; filename="contract.txt"',
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("Signed, Rosa\n").toString("base64"),
    "--all--",
    "",
  ]);
}
