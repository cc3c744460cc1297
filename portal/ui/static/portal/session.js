// Warns before the session ends, and keeps what is typed when it has ended. The server decides; this only asks and tells.
(function () {
  "use strict";

  var place = document.getElementById("vb-session");
  if (!place || !window.DKFDS) return;
  var modal = document.getElementById("vb-session-modal");
  var dialog = new DKFDS.Modal(modal);
  var clock = place.querySelector("[data-clock]");
  var said = place.querySelector("[data-said]");
  var WARNING = Number(place.dataset.warning);
  var SAY_AT = [60, 30, 10];
  var ends = Date.now() + Number(place.dataset.left) * 1000;
  var shown = "";
  var asking = false;
  var dismissed = false;
  var back = null;

  modal.hidden = false; // until here the page has no dialog: without script there is none

  function left() {
    return Math.max(0, Math.round((ends - Date.now()) / 1000));
  }

  function inWords(seconds) {
    var words = place.dataset;
    var minutes = Math.floor(seconds / 60);
    var rest = seconds % 60;
    var parts = [];
    if (minutes) parts.push(minutes + " " + (minutes === 1 ? words.minute : words.minutes));
    if (rest || !minutes) parts.push(rest + " " + (rest === 1 ? words.second : words.seconds));
    return parts.join(" " + words.and + " ");
  }

  function show(state) {
    if (shown === state) return;
    place.querySelectorAll("[data-state]").forEach(function (part) {
      part.hidden = part.dataset.state !== state;
      if (!part.hidden) document.getElementById("vb-session-title").textContent = part.dataset.title;
    });
    place.querySelector("[data-again]").hidden = state !== "over";
    if (state !== "warn") place.querySelector("[data-stay]").hidden = true;
    if (!shown) {
      back = document.activeElement;
      dialog.show();
    }
    shown = state;
    said.textContent = "";
  }

  function hide() {
    if (shown) dialog.hide();
  }

  // The reader goes on where they were: the same field, the same place in the text.
  modal.addEventListener("fds.modal.hidden", function () {
    if (shown === "warn") dismissed = true;
    shown = "";
    setTimeout(function () {
      if (back && back.isConnected) back.focus();
    }, 0);
  });

  function learn(state) {
    ends = Date.now() + state.left * 1000;
    if (!state.left) return show("over");
    if (state.person !== place.dataset.person) return show("other");
    document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach(function (field) { field.value = state.token; });
    if (state.left > WARNING) {
      dismissed = false;
      if (shown === "over" || shown === "other") show("again");
      else if (shown === "warn") hide();
      return;
    }
    if (dismissed) return;
    place.querySelector("[data-extendable]").hidden = !state.extendable;
    place.querySelector("[data-final]").hidden = state.extendable;
    show("warn");
    place.querySelector("[data-stay]").hidden = !state.extendable;
    clock.textContent = inWords(left());
  }

  // Another tab may have kept the session alive, so nothing is said before the server has been asked.
  function ask() {
    if (asking) return Promise.resolve();
    asking = true;
    return fetch(place.dataset.stateUrl, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { return answer.json(); })
      .then(learn)
      .catch(function () { ends = Math.max(ends, Date.now() + 5000); }) // no answer: ask again in a moment
      .then(function () { asking = false; });
  }

  setInterval(function () {
    var seconds = left();
    if (shown === "warn") {
      clock.textContent = inWords(seconds);
      if (SAY_AT.indexOf(seconds) >= 0) said.textContent = inWords(seconds);
      if (!seconds) ask();
    } else if (!shown && (seconds ? seconds <= WARNING && !dismissed : true)) {
      ask();
    }
  }, 1000);

  place.querySelector("[data-stay]").addEventListener("click", function () {
    var token = document.querySelector('input[name="csrfmiddlewaretoken"]');
    fetch(place.dataset.stayUrl, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token ? token.value : "" },
    }).then(function (answer) {
      if (answer.status === 403) return ask();
      return answer.json().then(learn);
    }).catch(function () {
      document.dispatchEvent(new Event("htmx:sendError"));
      hide();
    });
  });

  // Back from the tab in which the person logged in.
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && (shown === "over" || shown === "other" || !left())) ask();
  });
  window.addEventListener("focus", function () {
    if (shown === "over" || shown === "other") ask();
  });

  // A form is not sent into a session that is over: it would be lost. Before every other listener.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || left() || form.matches("[data-any-session]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask().then(function () {
      if (left() && (!shown || shown === "warn" || shown === "again")) {
        hide();
        form.requestSubmit(event.submitter || undefined);
      }
    });
  }, true);

  // The answer to a part of a page: the session was over.
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail && event.detail.xhr && event.detail.xhr.status === 401) {
      ends = Date.now();
      ask();
    }
  });
})();
