-- stuck (graph 0000000000000000), exported by pterace: 4 rules, 1 claims.
--
-- rumur --deadlock-detection off --value-type int32_t --threads 1 -o model.c FILE && gcc -O2 -mcx16 -o model model.c -lpthread && ./model
--
-- Deadlock detection is off because threads may be done, and optional daemons may rest: the last invariant is the
-- rule for deadlocks instead. Values on the way to a variable may be wider than any variable: int32_t. On anything
-- but x86-64 leave out -mcx16.

const
  -- thread t0
  t0_step_0: 0;  -- t0:0
  t0_step_1: 1;  -- t0:1
  t0_end: 2;  -- end
  -- thread t1
  t1_step_0: 0;  -- t1:3
  t1_end: 1;  -- end
  -- thread t2
  t2_step_0: 0;  -- t2:5
  t2_end: 1;  -- end

var
  pc_t0: 0..2;
  pc_t1: 0..1;
  pc_t2: 0..1;
  p0: 0..1;  -- p0
  p1: 0..1;  -- p1

startstate "initial"
begin
  pc_t0 := t0_step_0;
  pc_t1 := t1_step_0;
  pc_t2 := t2_step_0;
  p0 := 0;
  p1 := 0;
end;

-- t0:0
rule "t0_step_0"
  pc_t0 = t0_step_0
==>
begin
  pc_t0 := t0_step_1;
end;

-- t0:1
rule "t0_step_1"
  (pc_t0 = t0_step_1) & (p0 != 0)
==>
begin
  pc_t0 := t0_end;
end;

-- t1:3
rule "t1_step_0"
  pc_t1 = t1_step_0
==>
begin
  p1 := 1 - p1;
  pc_t1 := t1_step_0;
end;

-- t2:5
rule "t2_step_0"
  pc_t2 = t2_step_0
==>
begin
  p0 := 0;
  pc_t2 := t2_end;
end;

invariant "deadlock"
  (!(pc_t0 = t0_end) | !(pc_t2 = t2_end)) -> ((!(pc_t0 = t0_end) & ((pc_t0 != t0_step_1) | (p0 != 0))) | !(pc_t2 = t2_end));
