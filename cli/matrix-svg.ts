/** The matrix as a picture: a square for each pair, the darker the more states; what does not hold is red. */
import XMLBuilder from 'fast-xml-builder';
import { shortCount, verdictOf } from './matrix-report.ts';
import type { FieldJson, MatrixJson } from './json-matrix.ts';
import { worst } from './matrix-answer.ts';

/** Pixels. */
const SIDE = 46;
const LEFT = 110;
const TOP = 96;

/** A square for each pair; of triples, for what each pair does with every third agent. */
export function heatMap(answer: MatrixJson): string {
  const triples = answer.fields.some((f) => f.agents.length > 2);
  const { agents } = answer;
  const fields = triples ? byPair(answer) : answer.fields;
  const most = Math.max(2, ...fields.map((f) => f.states));
  const at = (id: string | undefined): number => agents.findIndex((a) => a.id === id);
  const squares = fields.flatMap((f) => {
    const [a, b] = [at(f.agents[0]), at(f.agents[1])];
    return square(f, LEFT + Math.min(a, b) * SIDE, TOP + Math.max(a, b) * SIDE, most);
  });
  const [width, height] = [LEFT + agents.length * SIDE + 70, TOP + agents.length * SIDE + 10];
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, indentBy: '  ', suppressEmptyNode: true });
  return builder.build({
    svg: {
      '@xmlns': 'http://www.w3.org/2000/svg', '@viewBox': `0 0 ${width} ${height}`, '@width': String(width), '@height': String(height), '@font-family': 'sans-serif', '@role': 'img',
      title: `States of the worlds in which two agents meet${triples ? ', with every third' : ''}; red: does not hold`,
      rect: { '@width': '100%', '@height': '100%', '@fill': '#ffffff' },
      g: [{ text: agents.flatMap((a, i) => labels(a.id, i)) }, ...squares],
    },
  });
}

/** The triples that have both, as one field. */
function byPair({ agents, fields }: MatrixJson): FieldJson[] {
  const pairs = agents.flatMap((a, i) => agents.slice(i).map((b) => [a.id, b.id] as const));
  return pairs.map(([a, b]): FieldJson => {
    const three = fields.filter((f) => f.agents.includes(a) && (a === b ? f.agents.indexOf(a) !== f.agents.lastIndexOf(a) : f.agents.includes(b)));
    return {
      agents: [a, b], verdict: worst(three.map((f) => f.verdict)), reason: three.every((f) => f.verdict === null) ? three[0]?.reason ?? null : null,
      states: three.reduce((sum, f) => sum + f.states, 0), missing: three.flatMap((f) => f.missing), cells: three.flatMap((f) => f.cells),
    };
  });
}

function labels(id: string, i: number): object[] {
  const middle = SIDE / 2;
  const [x, y] = [LEFT + i * SIDE + middle, TOP - 8 + i * SIDE];
  return [
    { '@x': String(LEFT - 8), '@y': String(TOP + i * SIDE + middle + 4), '@font-size': '12', '@text-anchor': 'end', '#text': id },
    { '@x': String(x), '@y': String(y), '@font-size': '12', '@transform': `rotate(-45 ${x} ${y})`, '#text': id },
  ];
}

function square(f: FieldJson, x: number, y: number, most: number): object {
  const words = `${f.agents.join(', ')}: ${verdictOf(f)}${f.verdict === null ? '' : `, ${f.states.toLocaleString('en-US')} states`}`;
  const heat = f.states === 0 ? 0 : Math.log(f.states) / Math.log(most);
  return {
    title: words,
    rect: { '@x': String(x + 1), '@y': String(y + 1), '@width': String(SIDE - 2), '@height': String(SIDE - 2), '@fill': fill(f, heat) },
    text: { '@x': String(x + SIDE / 2), '@y': String(y + SIDE / 2 + 4), '@font-size': '11', '@text-anchor': 'middle', '@fill': heat > 0.8 ? '#ffffff' : '#222222', '#text': f.verdict === null ? '–' : `${f.verdict === 'incomplete' ? '≥' : ''}${shortCount(f.states)}` },
  };
}

/** Green, red or amber from pale to full by `heat`, 0 … 1; grey where there is nothing. */
function fill({ verdict }: FieldJson, heat: number): string {
  if (verdict === null) return '#eeeeee';
  const hue = verdict === 'holds' ? 150 : verdict === 'incomplete' || verdict === 'vacuous' ? 42 : 4;
  return `hsl(${hue}, 55%, ${Math.round(94 - 62 * heat ** 2)}%)`;
}
