// Puts the secret of a mailed link, which stands behind the #, into the form, and takes it out of the address.
(() => {
  const secret = location.hash.slice(1);
  const field = document.querySelector('input[name="token"]');
  if (!field || !/^[\w-]{43}$/.test(secret)) return;
  field.value = secret;
  history.replaceState(history.state, "", location.pathname + location.search);
})();
