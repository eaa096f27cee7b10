-- counted (graph 0000000000000000), exported by pterace: 3 rules, 2 claims.
--
-- rumur --deadlock-detection off --value-type int32_t --threads 1 -o model.c FILE && gcc -O2 -mcx16 -o model model.c -lpthread && ./model
--
-- Deadlock detection is off because threads may be done, and optional daemons may rest: the last invariant is the
-- rule for deadlocks instead. Values on the way to a variable may be wider than any variable: int32_t. On anything
-- but x86-64 leave out -mcx16.

const
  -- thread t0
  t0_step_0: 0;  -- t0:0
  t0_end: 1;  -- end
  -- thread t1
  t1_step_0: 0;  -- t1:2
  t1_end: 1;  -- end

var
  pc_t0: 0..1;
  pc_t1: 0..1;
  p0: 0..2;  -- p0

startstate "initial"
begin
  pc_t0 := t0_step_0;
  pc_t1 := t1_step_0;
  p0 := 0;
end;

-- t0:0
rule "t0_step_0_choice_0"
  (pc_t0 = t0_step_0) & (p0 != 2)
==>
begin
  if p0 = 0 then
    p0 := 1;
  end;
  pc_t0 := t0_step_0;
end;

-- t0:0
rule "t0_step_0_choice_1"
  (pc_t0 = t0_step_0) & (p0 != 2)
==>
begin
  if p0 = 0 then
    p0 := 1;
  end;
  pc_t0 := t0_step_0;
end;

-- t1:2
rule "t1_step_0"
  (pc_t1 = t1_step_0) & (p0 = 0)
==>
begin
  p0 := 2;
  pc_t1 := t1_end;
end;

invariant "P/P.0"
  true -> true;

invariant "deadlock"
  !(pc_t1 = t1_end) -> (!(pc_t1 = t1_end) & ((pc_t1 != t1_step_0) | (p0 = 0)));
