// The last page of a consent popup: tells the page that opened it to look at the outcome, and closes. The message holds
// no text and no secret, and everything works without it.
(() => {
  const { type, attempt, closeAfter } = document.currentScript.dataset;
  const message = { type, attempt };
  if (type && attempt) {
    try {
      const channel = new BroadcastChannel("gatepost-auth");
      channel.postMessage(message);
      channel.close();
    } catch {
      // The opener reads the row by itself.
    }
    try {
      window.opener?.postMessage(message, location.origin);
    } catch {
      // A provider's COOP may have cut the opener off.
    }
  }
  const show = (id, shown) => document.getElementById(id)?.toggleAttribute("hidden", !shown);
  const closeSoon = () => {
    window.close();
    // A window that no script opened stays, and its console says why. Whether this is one cannot be asked beforehand: a
    // provider's COOP takes the opener and the name from popups too, and they still close.
    setTimeout(() => {
      show("closes", false);
      show("still-open", true);
    }, 1000);
  };
  show("closes", true);
  const wait = Number(closeAfter) || 0;
  if (wait > 0) {
    setTimeout(closeSoon, wait);
  } else {
    closeSoon();
  }
})();
