// The reference: Swagger UI with a description of this sandbox. At /docs that of the API, its client filled in; at
// /docs/control that of the sandbox's own addresses.

const isControl = location.pathname === "/docs/control";
const link = document.querySelector(`nav a[href="${location.pathname}"]`);
link?.setAttribute("aria-current", "page");
if (isControl) document.title = "Control of the sandbox · Cashlink sandbox";

// Where there is a control token, the page has asked for it.
const token = sessionStorage.getItem("sandbox-control-token");
const headers = isControl && token ? { authorization: `Bearer ${token}` } : {};
const reply = await fetch(isControl ? "/_sandbox/openapi.json" : "/openapi.json", { headers });
const description = await reply.json();
if (!reply.ok) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = `${description.detail} The page of what happens here asks for it.`;
  document.getElementById("reference").append(notice);
} else {
  show();
}

function show() {
  const reference = window.SwaggerUIBundle({
    spec: description,
    dom_id: "#reference",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    // Nothing but this sandbox is asked, not even whether the description is valid.
    validatorUrl: null,
    onComplete: () => {
      if (isControl) {
        if (token) reference.preauthorizeApiKey("controlToken", token);
        return;
      }
      const scheme = description.components.securitySchemes.oauth2;
      reference.initOAuth({
        clientId: scheme["x-sandbox-client"].id,
        clientSecret: scheme["x-sandbox-client"].secret,
        scopes: Object.keys(scheme.flows.clientCredentials.scopes),
      });
    },
  });
}
