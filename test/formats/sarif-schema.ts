/** The published JSON Schema of SARIF 2.1.0, and what its text asks for beyond. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import addFormats from 'ajv-formats';
import Ajv from 'ajv-draft-04';
import type { Log, Result } from 'sarif';

const require = createRequire(import.meta.url);
const published = path('@microsoft/jest-sarif', 'schemas/sarif-2.1.0-rtm.5.json');
// One pattern of the schema is no regular expression with Unicode rules.
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile<Log>(JSON.parse(readFileSync(published, 'utf8')) as object);

function path(name: string, file: string): string {
  return require.resolve(name).replace(/index\.js$/, file);
}

/** The one result. @throws Error for a file that breaks a rule */
export function readSarif(text: string): Result {
  const log: unknown = JSON.parse(text);
  if (!validate(log)) throw new Error(ajv.errorsText(validate.errors));
  const [run, ...more] = log.runs;
  const [result, ...others] = run?.results ?? [];
  if (run === undefined || result === undefined || more.length + others.length > 0) throw new Error('not one run with one result');
  if (run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id !== result.ruleId) throw new Error('ruleIndex and ruleId disagree');
  const locations = [...(result.locations ?? []), ...(result.codeFlows ?? []).flatMap((f) => f.threadFlows).flatMap((t) => t.locations).map((l) => l.location!)];
  for (const { uri, uriBaseId } of locations.flatMap((l) => l.physicalLocation?.artifactLocation ?? [])) {
    if (uriBaseId === undefined || run.originalUriBaseIds?.[uriBaseId] === undefined || /^[a-z]+:|^\/|\.\.\//.test(uri ?? ':')) throw new Error(`${uri ?? 'no uri'} is not relative to a declared base`);
  }
  return result;
}
