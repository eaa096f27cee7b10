import { render } from 'preact';
import type { PageData } from '../data.ts';
import { App } from './app.tsx';

const page = JSON.parse(document.getElementById('data')!.textContent) as PageData;
render(<App page={page} />, document.getElementById('app')!);
