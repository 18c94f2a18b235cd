export interface SetRecords {
  readonly rows: number[][];
}
export function readRecords(
  text: string,
  set: Readonly<Record<string, unknown>>,
): { readonly estimation: SetRecords; readonly test: SetRecords };
