// Vækstbro's own script. Every page works without it; it only spares people a detour.
(function () {
  "use strict";

  function start(scope) {
    if (!window.DKFDS) return;
    if (scope === document) {
      DKFDS.init();
    } else {
      // Only what may come in a part of a page: the menu must not be set up twice.
      scope.querySelectorAll(".accordion").forEach(function (part) { new DKFDS.Accordion(part).init(); });
      scope.querySelectorAll("div.tab-container").forEach(function (part) { new DKFDS.Tabs(part).init(); });
      scope.querySelectorAll(".form-limit").forEach(function (part) { new DKFDS.CharacterLimit(part).init(); });
      scope.querySelectorAll(".js-dropdown").forEach(function (part) { new DKFDS.Dropdown(part).init(); });
      var summary = scope.querySelector('[data-module="error-summary"]');
      if (summary) new DKFDS.ErrorSummary(summary).init();
    }
  }

  start(document);
  document.addEventListener("htmx:afterSettle", function (event) { start(event.target); });

  // What came in a part of a page may ask for the focus. Not by `autofocus`: that is for whole pages, and the browser
  // refuses it (and says so) where somebody already stands in a field.
  document.addEventListener("htmx:load", function (event) {
    var part = event.target.matches("[data-focus]") ? event.target : event.target.querySelector("[data-focus]");
    if (part) part.focus();
  });

  // A failed request behind the page must be said, never swallowed.
  function failed() {
    var place = document.getElementById("vb-problem");
    if (place) place.hidden = false;
  }
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:beforeRequest", function () {
    var place = document.getElementById("vb-problem");
    if (place) place.hidden = true;
  });

  // A double click sends once. The server gives the first receipt anyhow, so after a moment a retry is let through.
  var PAUSE = 3000;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    var now = Date.now();
    if (form.dataset.sentAt && now - Number(form.dataset.sentAt) < PAUSE) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = String(now);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent-at]").forEach(function (form) { delete form.dataset.sentAt; });
  });

  // A key that is shown once: the field can be marked and copied by hand, the button does both.
  document.querySelectorAll("[data-copies]").forEach(function (button) {
    var field = document.getElementById(button.dataset.copies);
    if (!field || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      field.select();
      navigator.clipboard.writeText(field.value).then(function () {
        document.getElementById(field.id + "-copied").hidden = false;
      }, function () { field.focus(); });
    });
  });

  // A filter's menu closes with Escape, and the phone's menu too.
  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector("details.vb-menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // What only a script can do is hidden until there is one: copy, print, show a password.
  document.querySelectorAll("[data-needs-script], .vb-show-password").forEach(function (part) { part.hidden = false; });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy], [data-print], [data-show-password]");
    if (!button) return;
    if (button.hasAttribute("data-print")) return window.print();
    if (button.hasAttribute("data-copy")) {
      var lines = Array.from(document.querySelectorAll("#" + button.dataset.copy + " li"), function (line) { return line.textContent; });
      return navigator.clipboard.writeText(lines.join("\n")).then(function () {
        document.getElementById("copied").textContent = button.dataset.copied;
      });
    }
    var field = button.closest("form").querySelector("#id_new_password");
    var words = button.textContent;
    field.type = field.type === "password" ? "text" : "password";
    button.textContent = button.dataset.hide;
    button.dataset.hide = words;
    field.focus();
  });
})();
