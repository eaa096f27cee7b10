/** An elevator: people call, the cabin sweeps up and down, and the door opens where somebody has called. */
import { add, and, bool, drop, eq, FALSE, Forever, If, index, load, not, peek, primitive, proc, program, property, select, shared, store, sub, thread, TRUE, Var, type Mutation, type Thread } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic } from './classic.ts';

const floor_t = index('floor_t');
const cabin = shared('cabin', floor_t, []);
const called = shared('called', bool, [floor_t], { display: 'called to %0' });
const door_open = shared('door_open', bool, []);
const motor_on = shared('motor_on', bool, []);

const stop_motor = primitive('stop_motor', () => { store(motor_on.at(), FALSE); });
const close_door = primitive('close_door', () => { store(door_open.at(), FALSE); });

const serve = proc('serve', { params: { here: floor_t }, doc: 'Opens the door with the motor off, if called.' }, ({ here }) => {
  If(load('wanted', called.at(here)), () => {
    stop_motor();
    store(door_open.at(), TRUE);
    store(called.at(here), FALSE);
    close_door();
  });
});

const control = proc('control', { params: {} }, () => {
  const here = Var('here', floor_t, floor_t.lit(0));
  const up = Var('up', bool, TRUE);
  const [bottom, top, one] = [floor_t.lit(0), floor_t.lit(floor_t.size() - 1), floor_t.lit(1)];
  Forever(() => {
    serve({ here: here.get() });
    up.set(select(eq(here.get(), top), FALSE, select(eq(here.get(), bottom), TRUE, up.get())));
    store(motor_on.at(), TRUE);
    here.set(select(up.get(), add(here.get(), one), sub(here.get(), one)));
    store(cabin.at(), here.get());
  });
});

const caller = (floor: number): Thread => thread(`caller${floor}`, floor + 1, () => {
  Forever(() => { store(called.at(floor_t.lit(floor)), TRUE); });
}, 'optional');

const safety = property('safety', 'The cabin does not move with its door open.', () => ({ 'door shut while moving': not(and(peek(door_open.at()), peek(motor_on.at()))) }));

export function elevator(floors: number, mutations: readonly Mutation[] = []): Program {
  return program({
    name: `classic/elevator-${floors}`, sizes: { floor_t: floors }, properties: [safety], mutations,
    threads: () => [thread('cabin', 0, () => { control({}); }), ...Array.from({ length: floors }, (_, i) => caller(i))],
    reaches: () => ({ 'door open at the top': and(peek(door_open.at()), eq(peek(cabin.at()), floor_t.lit(floors - 1))) }),
  });
}

export const elevators = [classic({
  name: 'elevator-4', title: 'An elevator that sweeps four floors', processes: 5, expect: { verdict: 'holds' }, build: () => elevator(4),
  about: 'The elevator (SCAN) discipline as in D. E. Knuth, "The art of computer programming" 1, 2.2.5, reduced to what is safe; a controller of this kind is among the models of BEEM (R. Pelánek, SPIN 2007).',
  mutants: [
    { name: 'motor-on', what: 'the motor is not stopped before the door opens', expect: { verdict: 'violated', property: 'safety' }, build: () => elevator(4, [drop('serve', 'stop_motor')]) },
    { name: 'door-stays-open', what: 'the door is not closed', expect: { verdict: 'violated', property: 'safety' }, build: () => elevator(4, [drop('serve', 'close_door')]) },
  ],
})];
