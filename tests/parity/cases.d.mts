/** A case of docs/parity.md, completed by what its family shares. */
export interface ParityCase {
  readonly id: string;
  readonly family: string;
  readonly random?: boolean;
  readonly published?: { readonly metric: string; readonly value: number | null };
  readonly not_runnable?: string;
}
export const samplerKeys: readonly string[];
export function ownFiles(): string[];
export function readCases(files: readonly string[]): ParityCase[];
