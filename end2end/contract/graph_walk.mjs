// Microsoft's own JavaScript client against the sandbox. It insists on https://graph.microsoft.com, so the last handler of
// its chain carries what it sends to the sandbox, and the answers back, and writes down every exchange, a line each.
//   node graph_walk.mjs SANDBOX TOKEN EXCHANGES PERSON: prints what it found, as JSON
import { appendFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const graph = createRequire(import.meta.url)("@microsoft/microsoft-graph-client");
const [sandbox, token, exchanges, person] = process.argv.slice(2);
const GRAPH = "https://graph.microsoft.com";
const immutable = { Prefer: 'IdType="ImmutableId"' };

/** Sends requests elsewhere, and remembers them. */
class Detour {
  async execute(context) {
    const url = String(context.request).replace(GRAPH, sandbox);
    const answer = await fetch(url, context.options);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const json = answer.headers.get("content-type")?.startsWith("application/json");
    const body = json ? bytes.toString().replaceAll(sandbox, GRAPH) : bytes;
    const line = { method: context.options.method, path: url.replace(sandbox, ""), status: answer.status };
    appendFileSync(exchanges, `${JSON.stringify({ ...line, body: json ? JSON.parse(body) : null })}\n`);
    context.response = new Response(bytes.length ? body : null, { status: answer.status, headers: answer.headers });
  }
}

const chain = [
  new graph.AuthenticationHandler({ getAccessToken: async () => token }),
  new graph.RetryHandler(new graph.RetryHandlerOptions(1, 1)),
  new graph.RedirectHandler(),
  new graph.TelemetryHandler(),
  new Detour(),
];
chain.slice(0, -1).forEach((handler, at) => handler.setNext(chain[at + 1]));
const client = graph.Client.initWithMiddleware({ middleware: chain[0] });

/** Everything in a list and the pages after it, by the client's own iterator. */
async function all(request, headers) {
  const [items, first] = [[], await request.headers(headers).get()];
  const pages = new graph.PageIterator(client, first, (item) => items.push(item) > 0, { headers });
  await pages.iterate();
  return { items, delta: pages.getDeltaLink(), complete: pages.isComplete() };
}

/** How a request is refused, as the client tells it to an app. */
async function refusal(promise) {
  const error = await promise.then(() => null, (caught) => caught);
  if (!(error instanceof graph.GraphError)) throw new Error(`no refusal but ${error}`);
  return { status: error.statusCode, code: error.code, request: error.requestId, dated: !Number.isNaN(error.date?.getTime()) };
}

/** The sandbox's own levers. */
async function lever(method, path, body) {
  const answer = await fetch(`${sandbox}/_sandbox/${path}`, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
}

/** How long something took, and what came of it. */
async function timed(promise) {
  const began = Date.now();
  return { value: await promise, ms: Date.now() - began };
}

const found = { rounds: {}, errors: {} };
const folders = await all(client.api("/me/mailFolders").query({ includeHiddenFolders: "true" }), {});
found.folders = folders.items;
for (const folder of [...folders.items]) {
  if (folder.childFolderCount > 0) found.folders.push(...(await all(client.api(`/me/mailFolders/${folder.id}/childFolders`), {})).items);
}
const paged = { Prefer: 'IdType="ImmutableId", odata.maxpagesize=9, outlook.body-content-type="text"' };
for (const folder of found.folders) {
  found.rounds[folder.id] = await all(client.api(`/me/mailFolders/${folder.id}/messages/delta`), paged);
}

const inbox = found.folders.find((folder) => folder.displayName === "Inbox");
const [moved, read] = found.rounds[inbox.id].items;
const target = await client.api(`/me/messages/${moved.id}/move`).headers(immutable).post({ destinationId: "archive" });
const patched = await client.api(`/me/messages/${read.id}`).headers(immutable).patch({ isRead: !read.isRead, flag: { flagStatus: "flagged" } });
found.moved = { before: moved.id, after: target.id, read: patched.isRead !== read.isRead };
found.later = (await all(client.api(found.rounds[inbox.id].delta), paged)).items;
found.mime = String(await client.api(`/me/messages/${read.id}/$value`).responseType(graph.ResponseType.TEXT).get());
found.filtered = (await all(client.api("/me/messages").filter(`receivedDateTime ge ${read.receivedDateTime}`).orderby("receivedDateTime desc").select("id,receivedDateTime").top(7), immutable)).items.length;

const withFiles = await client.api("/me/messages").filter("hasAttachments eq true").top(2).select("id,internetMessageHeaders").get();
for (const mail of withFiles.value) await client.api(`/me/messages/${mail.id}/attachments`).get();
await client.api("/me/translateExchangeIds").post({ inputIds: [moved.id], sourceIdType: "restImmutableEntryId", targetIdType: "restId" });
await client.api("/me/mailFolders/delta").get();

const draft = await client.api("/me/messages").headers(immutable).post({
  subject: "From the contract", body: { contentType: "html", content: "<p>x" },
  toRecipients: [{ emailAddress: { address: "nobody@elsewhere.example" } }],
});
await client.api(`/me/messages/${draft.id}/send`).post({});
found.sent = (await client.api(`/me/messages/${draft.id}`).headers(immutable).get()).isDraft;

// An app that is told: it gives back what it is asked, and keeps what it is told.
const told = [];
const ear = createServer(async (request, response) => {
  const question = new URL(request.url, "http://localhost").searchParams.get("validationToken");
  let text = "";
  for await (const piece of request) text += piece;
  if (question === null) told.push(...JSON.parse(text).value);
  response.writeHead(question === null ? 202 : 200, { "content-type": "text/plain" }).end(question ?? "");
  if (question === null) ear.emit("told");
}).listen(0, "127.0.0.1");
await once(ear, "listening");
const hook = `http://127.0.0.1:${ear.address().port}/hook`;
const in_days = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const subscription = await client.api("/subscriptions").headers(immutable).post({
  changeType: "created,updated,deleted", notificationUrl: hook, lifecycleNotificationUrl: hook,
  resource: "/me/mailFolders('inbox')/messages", expirationDateTime: in_days(2), clientState: "the-secret",
});
const heard = once(ear, "told");
await client.api(`/me/messages/${read.id}`).headers(immutable).patch({ isRead: read.isRead });
await heard;
const listed = await client.api("/subscriptions").get();
const renewed = await client.api(`/subscriptions/${subscription.id}`).patch({ expirationDateTime: in_days(6) });
await client.api(`/subscriptions/${subscription.id}`).delete();
ear.close();
found.told = { told, listed: listed.value.length, changed: read.id, subscription: subscription.id,
  longer: renewed.expirationDateTime > subscription.expirationDateTime, left: (await client.api("/subscriptions").get()).value.length };

const step = (id, url, dependsOn = []) => ({ id, request: new Request(`${GRAPH}${url}`, { method: "GET" }), dependsOn });
const batch = new graph.BatchRequestContent([step("1", "/me/mailFolders/inbox"), step("2", "/me/mailFolders/nowhere", ["1"]), step("3", "/me/messages", ["2"])]);
const answers = new graph.BatchResponseContent(await client.api("/$batch").post(await batch.getContent()));
found.batch = Object.fromEntries([...answers.getResponses()].map(([id, answer]) => [id, answer.status]));

found.errors.missing = await refusal(client.api(`/me/messages/${read.id.slice(0, -8)}AAAAAAA=`).get());
found.errors.malformed = await refusal(client.api("/me/messages/nonsense").get());
found.errors.inefficient = await refusal(client.api("/me/messages").filter("isRead eq false").orderby("receivedDateTime").get());

// What the day may bring: a search, a link that is too old, too many questions, and pages that take too long.
const search = client.api("/me/messages").search('"subject:contract"').select("id,subject").headers(immutable);
found.searched = (await search.get()).value.map((mail) => mail.subject);
found.errors.searched = await refusal(client.api("/me/messages").search('"x"').filter("isRead eq true").get());
for (const how of ["syncStateNotFound", "gone"]) {
  const round = await all(client.api(`/me/mailFolders/${inbox.id}/messages/delta`), paged);
  await lever("POST", `mailboxes/${person}/expire`, { how });
  found.errors[how] = await refusal(client.api(round.delta).get());
}
const slow = { error: { code: "ApplicationThrottled", message: "Application is over its MailboxConcurrency limit." } };
await lever("PUT", "faults", { path: "/me/mailFolders/inbox", status: 429, times: 1, headers: { "Retry-After": "2" }, body: slow });
found.waited = await timed(client.api("/me/mailFolders/inbox").select("id").get());
await lever("PUT", "faults", { path: "/me/mailFolders/inbox", status: 429, times: 2, headers: { "Retry-After": "1" }, body: slow });
found.errors.throttled = await refusal(client.api("/me/mailFolders/inbox").get());
await lever("PUT", "graph", { page_bytes: 10 });
const large = client.api(`/me/mailFolders/${inbox.id}/messages/delta`).headers({ Prefer: "odata.maxpagesize=50" });
found.errors.large = await refusal(large.get());
found.small = (await client.api(`/me/mailFolders/${inbox.id}/messages/delta`).headers({ Prefer: "odata.maxpagesize=1" }).get()).value.length;
console.log(JSON.stringify(found));
