export function requestOf(
  model: string,
  trainer: string,
  config: Readonly<Record<string, unknown>>,
): { readonly request: Readonly<Record<string, unknown>>; readonly unknown: readonly string[] };
