/**
 * The sentences of `AttemptProblem::sentence` for Google, written down a second time on purpose: what a person reads is
 * part of what is promised.
 */
export const sentence = {
  waiting: "Waiting for Google. Finish in its window; this page will notice.",
  denied: "You did not allow access at Google. Nothing was connected. Connect again whenever you like.",
  closed:
    "The Google window seems to be closed. If you closed it, nothing was connected; if it is still open, finish there and this page will notice.",
  cancelled: "You cancelled. Nothing was connected.",
  cancelledElsewhere: "You cancelled in the other window. Nothing was connected.",
  timedOut: "The Google window was left open for more than ten minutes. Nothing was connected. Connect again.",
  wrongState:
    "This answer from Google does not belong to any question we asked. Nothing was connected. Start again from the connect button.",
  foreignBrowser:
    "This answer belongs to another browser. Nothing was connected. Start again in the browser you are signed in with.",
  replayed: "This answer from Google was already used once. Nothing was changed by using it again.",
  scopeMissing:
    "The box for reading mail was not ticked at Google. Nothing was connected. Connect again and leave it ticked.",
  providerDown: "Google did not answer. Nothing was connected. Try again in a few minutes.",
  codeRefused: "Google did not accept its own answer. Nothing was connected. Connect again.",
  signedOut: "You were signed out in the meantime. Nothing was connected. Sign in and connect again.",
  badStart: "This page opens only from the connect button. Nothing was connected.",
  wrongCredentials: "This address and password do not belong together. Check both and try again.",
} as const;

/** What the line says when it worked. */
export const connected = (address: string) => `${address} is connected. Its newest mail comes first.`;
