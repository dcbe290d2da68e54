/**
 * Variables that the kit puts into an adapter's environment. A host passes on none of them; what a shell or a
 * runtime adds by itself is no leak, so nothing else is looked for.
 */
export const PLANTED_ENVIRONMENT: Readonly<Record<string, string>> = {
  SANDPIPE_KIT_PLANTED: "a secret of the host",
  DATABASE_URL: "postgres://planted:secret@127.0.0.1/planted",
  AWS_SECRET_ACCESS_KEY: "planted",
  // Names that begin like an allowed one.
  PATH_PLANTED: "planted",
  HOME_PLANTED: "planted",
  LANGUAGE_PLANTED: "planted",
  // Allowed names in another case.
  path: "/planted",
  tmpdir: "/planted",
};
