/**
 * A verify run as JUnit XML, which build servers read: a test suite a folder of scenarios, a test case each. Not as
 * declared is a failure; a broken model or a search that was cut short is an error; what was not begun is skipped.
 */
import XMLBuilder from 'fast-xml-builder';
import type { Case } from './cases.ts';
import type { Run, Verified } from './verified.ts';
import { expectationText, propertyName } from './verdict.ts';

interface TestCase {
  readonly '@name': string;
  readonly '@classname': string;
  /** Seconds. */
  readonly '@time': string;
  readonly skipped?: Fault;
  readonly error?: Fault;
  readonly failure?: Fault;
  readonly 'system-out'?: string;
}

interface Fault {
  readonly '@message': string;
  readonly '@type'?: string;
  readonly '#text'?: string;
}

/** `cases`: all that were selected. */
export function junit(cases: readonly Case[], run: Run): string {
  const found = new Map(run.verified.map((v) => [v.case.id, v]));
  const folders = [...new Set(cases.map(folderOf))];
  const suites = folders.map((folder) => suite(folder, cases.filter((c) => folderOf(c) === folder).map((c) => testCase(c, found.get(c.id)))));
  const all = suites.flatMap((s) => s.testcase);
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, indentBy: '  ', suppressEmptyNode: true });
  const xml = builder.build({ testsuites: { '@name': 'pterace verify', ...counts(all), '@time': seconds(run.seconds), testsuite: suites } });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml.trimEnd()}\n`;
}

function folderOf({ id }: Case): string {
  return id.includes('/') ? id.slice(0, id.indexOf('/')) : 'scenarios';
}

function suite(folder: string, testcase: readonly TestCase[]) {
  const time = testcase.reduce((sum, c) => sum + Number(c['@time']), 0);
  return { '@name': legal(folder), ...counts(testcase), '@skipped': String(testcase.filter((c) => c.skipped).length), '@time': seconds(time), testcase };
}

function counts(cases: readonly TestCase[]) {
  return { '@tests': String(cases.length), '@failures': String(cases.filter((c) => c.failure).length), '@errors': String(cases.filter((c) => c.error).length) };
}

function testCase(c: Case, verified: Verified | undefined): TestCase {
  const folder = folderOf(c);
  const result = verified?.searched?.result;
  return {
    '@name': legal(c.id.startsWith(`${folder}/`) ? c.id.slice(folder.length + 1) : c.id),
    '@classname': legal(folder),
    '@time': seconds(result?.seconds ?? 0),
    ...outcome(c, verified),
    ...(result === undefined ? {} : { 'system-out': legal(`${result.verdict} ${propertyName(result)}`.trim() + `, ${result.states} states, ${result.transitions} transitions, depth ${result.depth}`) }),
  };
}

function outcome(c: Case, verified: Verified | undefined): Pick<TestCase, 'skipped' | 'error' | 'failure'> {
  if (verified === undefined) return { skipped: { '@message': 'not run: interrupted' } };
  const { searched, differences } = verified;
  if (differences.length === 0) return {};
  const again = searched?.replay ? [`pterace replay '${searched.replay}'`] : [];
  const text = legal([...differences, `declared: ${expectationText(c.expect)}`, ...again].join('\n'));
  const fault = (type: string): Fault => ({ '@message': legal(differences[0]!).replace(/\s+/g, ' '), '@type': type, '#text': text });
  if (searched === null) return { error: fault('broken model') };
  return searched.result.verdict === 'incomplete' ? { error: fault('incomplete') } : { failure: fault('not as declared') };
}

function seconds(n: number): string {
  return n.toFixed(3);
}

/** Without the characters that XML cannot hold in any form. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
