/** SARIF 2.1.0, which editors and code hosts show: one result, and its code flow with a thread flow for each CPU. */
import type { Log, Location, Result, ThreadFlow, ThreadFlowLocation } from 'sarif';
import type { Loc } from '../../model/language/ir.ts';
import { run, type ReplayStep } from '../../schedules/replay.ts';
import type { Moment } from '../reenact.ts';
import { relations } from '../relations.ts';
import { cpusOf, effects, failureName, headline, statement, type Story } from './story.ts';

/** Of the locations: relative to the root of the model's sources. */
const ROOT = 'SRCROOT';

export function sarif(story: Story): string {
  const { property, prose } = story.trace.breakage;
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    runs: [{
      tool: {
        driver: {
          name: 'pterace', semanticVersion: story.version, shortDescription: message('A model checker for page-table concurrency.'),
          rules: [{ id: property, shortDescription: message(prose), defaultConfiguration: { level: 'error' } }],
        },
      },
      originalUriBaseIds: { [ROOT]: { description: message('The root of the sources of the model.') } },
      columnKind: 'utf16CodeUnits',
      results: [result(story)],
    }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(story: Story): Result {
  const { moments, breakage } = story.trace;
  const flows = threadFlows(story);
  const facts = breakage.witnesses.map((w) => `${w.place} = ${w.value}`);
  const stuck = breakage.stuck.map((s) => `CPU${s.cpu} ${s.thread} waits: ${s.text}`);
  const last = moments.at(-1);
  return {
    ruleId: breakage.property, ruleIndex: 0, kind: 'fail', level: 'error',
    message: message([`${story.id}: ${headline(story)}. ${breakage.prose}`, ...facts, ...stuck].join('\n')),
    locations: breakage.stuck.length > 0 ? breakage.stuck.map((s) => location(s.proc, s.loc, `CPU${s.cpu} ${s.thread} waits: ${s.text}`)) : last === undefined ? [] : [location(last.proc, last.loc)],
    ...(flows.length === 0 ? {} : { codeFlows: [{ message: message(`The run of ${moments.length} steps, a thread flow for each CPU; executionOrder counts the steps.`), threadFlows: flows }] }),
    partialFingerprints: { 'pteraceReplay/v1': story.replay },
    properties: { scenario: story.id, kernel: story.kernel, failure: failureName(story), replay: story.replay },
  };
}

function threadFlows(story: Story): ThreadFlow[] {
  const { graph, trace } = story;
  const { steps } = run(graph, trace.schedule);
  const arrows = relations(graph, trace).filter((r) => r.matters);
  const essential = new Set([...arrows.flatMap((r) => [r.from, r.to]), trace.moments.length]);
  return cpusOf(graph).flatMap((cpu) => {
    const own = trace.moments.filter((m) => m.cpu === cpu);
    if (own.length === 0) return [];
    return [{ id: `CPU${cpu}`, message: message(`CPU${cpu}`), locations: own.map((m) => flowLocation(m, steps[m.number - 1]!, essential.has(m.number))) }];
  });
}

function flowLocation(moment: Moment, { node }: ReplayStep, essential: boolean): ThreadFlowLocation {
  const changed = [...moment.changed.map((c) => [c.place, c.to] as const), ...moment.rewrote.map((r) => [r.place, r.value] as const)];
  const state = Object.fromEntries([...changed, ...(moment.locks.length === 0 ? [] : [['locks', moment.locks.join(', ')] as const])].map(([name, text]) => [name, message(text)]));
  const who = moment.daemon === 'no' ? '' : `[${moment.threadName}] `;
  return {
    location: location(moment.proc, moment.loc, [`${who}${statement(moment)}`, ...effects(moment)].join('\n')),
    ...(Object.keys(state).length === 0 ? {} : { state }),
    executionOrder: moment.number,
    nestingLevel: Math.max(0, node.stack.length - 1),
    importance: essential ? 'essential' : 'important',
  };
}

/** A step of no known source has only its function. */
function location(proc: string, loc: Loc | null, text?: string): Location {
  return {
    ...(loc === null || loc.line < 1 ? {} : { physicalLocation: { artifactLocation: { uri: relativeUri(loc.file), uriBaseId: ROOT }, region: { startLine: loc.line } } }),
    logicalLocations: [{ name: proc, kind: 'function' }],
    ...(text === undefined ? {} : { message: message(text) }),
  };
}

/** A lone half of a surrogate pair has no code in a URI. */
function relativeUri(file: string): string {
  return file.replace(/\p{Surrogate}/gu, '\ufffd').split('/').filter((part) => part !== '').map(encodeURIComponent).join('/');
}

/** Braces stand for placeholders unless doubled, and `[a](b)` would be a link (SARIF 2.1.0, 3.11.5 and 3.11.6). */
function message(text: string): { text: string } {
  return { text: text.replace(/[{}]/g, '$&$&').replaceAll('](', '] (') };
}
