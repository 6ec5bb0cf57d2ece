// The reference: Swagger UI with the description of this sandbox, and its client filled in.

const reply = await fetch("/openapi.json");
const description = await reply.json();
const scheme = description.components.securitySchemes.oauth2;

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
    reference.initOAuth({
      clientId: scheme["x-sandbox-client"].id,
      clientSecret: scheme["x-sandbox-client"].secret,
      scopes: Object.keys(scheme.flows.clientCredentials.scopes),
    });
  },
});
