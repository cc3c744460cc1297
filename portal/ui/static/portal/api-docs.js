/* Starts Swagger UI. Its own file, because the page's security policy allows no script inside the page. */
"use strict";

(function () {
  const place = document.getElementById("api-docs");
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    // Groups open when asked for: with more than a hundred operations open at once, only the first groups are drawn.
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
})();
