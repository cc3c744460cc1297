// Drafts of long forms: saved a few seconds after typing stops and when the page is left; kept on the device when the
// connection is down, and sent when it is back. Without this script the button "Save as draft" does the first.
(function () {
  "use strict";

  var WAIT = 3000, DAYS = 7, PREFIX = "vb-draft:";
  var NEVER = { csrfmiddlewaretoken: true, token: true };
  var user = document.body.dataset.user || "";

  // A browser may refuse to keep anything; then only the portal's own draft is left.
  function shelf() {
    try { return window.localStorage; } catch (refused) { return null; }
  }
  function place(form) { return PREFIX + user + ":" + form; }
  function put(form, fields) {
    try { shelf().setItem(place(form), JSON.stringify({ at: Date.now(), fields: fields })); } catch (refused) { /* full */ }
  }
  function take(name) {
    try { return JSON.parse(shelf().getItem(name)); } catch (broken) { return null; }
  }
  function drop(form) {
    try { shelf().removeItem(place(form)); } catch (refused) { /* nothing is kept */ }
  }
  function names() {
    try { return Object.keys(shelf()).filter(function (name) { return name.indexOf(PREFIX) === 0; }); } catch (refused) { return []; }
  }

  function secret() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  // -> "saved", "sent" or "refused", with the clock or the reason; fails when there is no connection or no session.
  function send(address, fields, how) {
    var body = new URLSearchParams(fields);
    body.append("csrfmiddlewaretoken", secret());
    return fetch(address, Object.assign({
      method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error",
    }, how || {})).then(function (answer) {
      if (!answer.ok && answer.status !== 400) throw new Error("not saved");
      return answer.json();
    });
  }

  // What is older than a week goes, whoever wrote it.
  names().forEach(function (name) {
    var copy = take(name);
    if (!copy || Date.now() - copy.at > DAYS * 86400000) shelf().removeItem(name);
  });
  if (!user) return;

  var dirty = false, timer = 0, sending = null;
  var part = document.querySelector(".vb-draft"), form = part && part.closest("form");
  var key = form ? form.elements.draft_form.value : "", keep = part ? part.dataset.draft : document.body.dataset.drafts;
  var opening = form ? form.elements.draft_page.value : "";

  // Signing out leaves nothing of the person on the device.
  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") !== document.body.dataset.signOff) return;
    if (dirty) send(keep, typed(), { keepalive: true }).catch(function () { /* too late */ });
    dirty = false;
    names().forEach(function (name) { shelf().removeItem(name); });
  });

  function say(text) {
    var state = form && form.querySelector(".vb-draft-state");
    if (state && state.textContent !== text) state.textContent = text;
  }

  function saved(answer) {
    say(part.dataset.saved + " " + answer.clock + (answer.without ? ". " + answer.without : ""));
  }

  // What the device kept goes to the portal now that it can be reached.
  function flush() {
    names().forEach(function (name) {
      if (name.indexOf(PREFIX + user + ":") !== 0) return;
      var which = name.slice((PREFIX + user + ":").length), copy = take(name);
      if (!copy) return;
      send(keep, copy.fields).then(function (answer) {
        var now = take(name);
        if (now && now.at === copy.at) shelf().removeItem(name);
        if (answer.state !== "saved" || which !== key) return;
        var mine = copy.fields.some(function (pair) { return pair[0] === "draft_page" && pair[1] === opening; });
        if (mine) saved(answer);
        else part.querySelector(".vb-draft-offer").hidden = false;
      }).catch(function () { if (which === key && dirty) say(part.dataset.kept); });
    });
  }

  window.addEventListener("online", flush);
  flush();
  if (!form) return;

  var left = (part.dataset.leaveOut || "").split(" ");
  function typed() {
    var fields = [];
    new FormData(form).forEach(function (value, name) {
      var control = form.elements.namedItem(name);
      if (typeof value !== "string" || NEVER[name] || left.indexOf(name) >= 0) return;
      if (control && control.type === "password") return;
      fields.push([name, value]);
    });
    return fields;
  }

  function save(leaving) {
    clearTimeout(timer);
    if (!dirty) return;
    var fields = typed();
    put(key, fields);
    dirty = false;
    sending = window.AbortController ? new AbortController() : null;
    send(keep, fields, leaving ? { keepalive: true } : sending ? { signal: sending.signal } : {}).then(function (answer) {
      if (!dirty && answer.state !== "refused") drop(key);
      if (answer.state === "saved") saved(answer);
      else if (answer.state === "refused") say(part.dataset.failed + ": " + answer.reason);
    }).catch(function (problem) {
      if (problem.name === "AbortError") return;
      dirty = true;
      say(part.dataset.kept);
    });
  }

  function changed(event) {
    if (event.target.form !== form) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("visibilitychange", function () { if (document.hidden) save(true); });
  window.addEventListener("pagehide", function () { save(true); });

  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (button && button.hasAttribute("formaction")) {
      dirty = false;
      return;
    }
    if (dirty || !navigator.onLine) put(key, typed());
    if (!navigator.onLine) {
      // The browser's own page about it would take the text away.
      event.preventDefault();
      event.stopPropagation();
      dirty = true;
      say(part.dataset.stopped);
      form.querySelector(".vb-draft-state").scrollIntoView({ block: "center" });
      return;
    }
    clearTimeout(timer);
    if (sending) sending.abort();
    put(key, typed());
    dirty = false;
  });
})();
