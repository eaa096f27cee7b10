/** Numbers as users type them and as people read them. */
import { InvalidArgumentError } from 'commander';

const DECIMAL: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 };
const BINARY: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `5000`, `5_000`, `1e6`, `2M`. */
export function parseCount(text: string): number {
  return whole(scaled(text, DECIMAL, 'a positive whole number such as 5000, 1e6 or 2M'), 'a positive whole number');
}

/** `512M`, `2G`, `1GiB`. */
export function parseBytes(text: string): number {
  const what = 'a size such as 512M or 2G';
  return whole(scaled(text.replace(/i?B$/i, ''), BINARY, what), what);
}

export function parseSeconds(text: string): number {
  return scaled(text.replace(/s$/, ''), { '': 1 }, 'a positive number of seconds');
}

/** A seed may be 0. */
export function parseSeed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff) throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
  return value;
}

function scaled(text: string, units: Readonly<Record<string, number>>, what: string): number {
  const [, digits = '', unit = ''] = /^(\d[\d_]*(?:\.\d+)?(?:e\d+)?)([KMG]?)$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  const value = Number(digits.replaceAll('_', '')) * (factor ?? Number.NaN);
  if (!(value > 0)) throw new InvalidArgumentError(`It must be ${what}.`);
  return value;
}

function whole(value: number, what: string): number {
  const rounded = Math.round(value);
  if (!Number.isSafeInteger(rounded) || rounded < 1) throw new InvalidArgumentError(`It must be ${what}.`);
  return rounded;
}

/** `1,234,567`. As toLocaleString does, whose tables take 4 MB and longer than most searches. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1.2 M`, `350 k`. */
export function formatRate(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 1e4 ? `${Math.round(value / 1e3)} k` : formatCount(value);
}

/** `12 MB`, in binary units. */
export function formatBytes(value: number): string {
  if (value >= 2 ** 30) return `${(value / 2 ** 30).toFixed(1)} GB`;
  return value >= 2 ** 20 ? `${Math.round(value / 2 ** 20)} MB` : `${Math.ceil(value / 2 ** 10)} KB`;
}

/** `0.52 s`, `12.3 s`, `2:05 min`. */
export function formatSeconds(value: number): string {
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 60) return `${value.toFixed(1)} s`;
  return `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, '0')} min`;
}

/** `1 page`, `2 pages`. */
export function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
