// The browser lets no text become markup or script but through this one policy, which has no way to make script.
// The design system and htmx put in markup that the server wrote; no script, handler or frame in it can run or load:
// the page's policy has neither nonce nor place for them. Loaded before every other script.
(function () {
  "use strict";
  if (!window.trustedTypes) return;
  window.trustedTypes.createPolicy("default", { createHTML: function (markup) { return markup; } });
})();
