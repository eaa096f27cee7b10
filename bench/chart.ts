/** Results as an SVG chart: states a second and bytes a state, a bar a checker. */
import { BarChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { measured, type Measured, type Results } from './results.ts';

use([BarChart, GridComponent, TitleComponent, SVGRenderer]);

const COLOURS = { pterace: '#0072b2', spin: '#d55e00', rumur: '#999999' } as const;
const ROW = 34;

export function chart(results: Results): string {
  // The first row is drawn at the bottom otherwise.
  const rows = results.rows.map(measured).reverse();
  const names = rows.map((m) => m.row.name);
  const canvas = init(null, null, { renderer: 'svg', ssr: true, width: 960, height: 90 + ROW * rows.length });
  const axis = (gridIndex: number, labelled: boolean): object => ({ type: 'category', gridIndex, data: names, silent: true, axisTick: { show: false }, axisLabel: { show: labelled, color: '#333' } });
  canvas.setOption({
    animation: false, backgroundColor: '#ffffff',
    title: [
      { text: `${results.scenario}, ${results.states.toLocaleString('en-US')} states`, left: 12, top: 8, textStyle: { fontSize: 14 } },
      { text: 'thousand states/s (more is better)', left: 235, top: 34, textStyle: { fontSize: 12, fontWeight: 'normal' } },
      { text: 'peak bytes/state (less is better)', left: 600, top: 34, textStyle: { fontSize: 12, fontWeight: 'normal' } },
    ],
    grid: [{ left: 235, width: 310, top: 58, bottom: 26 }, { left: 600, width: 310, top: 58, bottom: 26 }],
    xAxis: [{ type: 'value', gridIndex: 0 }, { type: 'value', gridIndex: 1 }],
    yAxis: [axis(0, true), axis(1, false)],
    series: [bars(rows, 0, (m) => m.statesPerSecond / 1000), bars(rows, 1, (m) => m.bytesPerState)],
  });
  // Styles for a mouse that a picture never meets, with names numbered through in the life of the program.
  const svg = canvas.renderToSVGString().replace(/ class="[^"]*"/g, '').replace(/<style[^]*?<\/style>/, '');
  canvas.dispose();
  return `${svg.trimEnd()}\n`;
}

function bars(rows: readonly Measured[], axis: number, value: (m: Measured) => number): object {
  return {
    type: 'bar', silent: true, emphasis: { disabled: true }, xAxisIndex: axis, yAxisIndex: axis, barWidth: '62%',
    label: { show: true, position: 'right', color: '#333' },
    data: rows.map((m) => ({ value: Math.round(value(m)), itemStyle: { color: COLOURS[m.row.tool] } })),
  };
}
