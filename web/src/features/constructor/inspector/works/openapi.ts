// The operations that an OpenAPI document in JSON offers, to choose one of. Pure; reading an operation is the server's.

export interface Operation {
  /** "GET /users/{id}". */
  label: string;
  about: string;
  wish: { path: string; method: string };
}

const METHODS = new Set(["get", "post", "put", "patch", "delete", "head", "options"]);

/** Null for a text that is no such document. */
export function operationsOf(text: string): Operation[] | null {
  if (!/^\s*\{/.test(text)) return null;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null; // Something else, or cut off.
  }
  const paths = (document as { paths?: unknown }).paths;
  if (typeof paths !== "object" || paths === null) return null;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries((item ?? {}) as Record<string, { summary?: unknown } | null>)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({
        label: `${method.toUpperCase()} ${path}`,
        about: typeof operation?.summary === "string" ? operation.summary : "",
        wish: { path, method },
      })),
  );
}
