/**
 * A checkpoint file, little-endian: magic (8 bytes), version and length of the header (32 bits each), header (JSON,
 * UTF-8), SHA-256 of all that; the states (32-bit words, level by level), SHA-256 of the states.
 */
import { createHash } from 'node:crypto';
import type { Layout } from './layout.ts';

export const MAGIC = Buffer.from('PTRACECK', 'latin1');
export const VERSION = 1;
/** Bytes before the header. */
export const PREFIX = 16;
/** Bytes of a checksum. */
export const SUM = 32;

export interface Header {
  /** Id of the case, `scenario#mutant`. */
  readonly scenario: string;
  /** Hash of its graph. */
  readonly hash: string;
  /** Digest of how states are packed. */
  readonly layout: string;
  /** 32-bit words a state. */
  readonly words: number;
  /** The properties checked, by name; null: all. */
  readonly properties: readonly string[] | null;
  /** States by level. */
  readonly levels: readonly number[];
  readonly transitions: number;
  /** Spent so far. */
  readonly seconds: number;
  /** See Engine; base64. */
  readonly ran: string;
  readonly premises: string;
  readonly reached: string;
}

/** Changes when a state is packed differently. */
export function layoutDigest(layout: Layout): string {
  return createHash('sha256').update(JSON.stringify(layout)).digest('hex').slice(0, 16);
}

/** Number of states. */
export function statesOf(header: Pick<Header, 'levels'>): number {
  return header.levels.reduce((sum, n) => sum + n, 0);
}
