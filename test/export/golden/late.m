-- late (graph 0000000000000000), exported by pterace: 2 rules, 3 claims.
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

var
  pc_t0: 0..1;
  p0: array [0..1] of 0..4;  -- p0
  t0_r0: 0..4;  -- register

startstate "initial"
begin
  pc_t0 := t0_step_0;
  p0[0] := 0;
  p0[1] := 0;
  t0_r0 := 0;
end;

-- t0:0
rule "t0_step_0_choice_0"
  pc_t0 = t0_step_0
==>
begin
  t0_r0 := t0_r0;
  p0[t0_r0 & 1] := p0[p0[0] & 1];
  if t0_r0 < 1 then
    pc_t0 := t0_step_0;
  else
    pc_t0 := t0_end;
  end;
end;

-- t0:0
rule "t0_step_0_choice_1"
  pc_t0 = t0_step_0
==>
begin
  t0_r0 := t0_r0 + 1;
  p0[t0_r0 & 1] := p0[p0[0] & 1];
  if t0_r0 < 1 then
    pc_t0 := t0_step_0;
  else
    pc_t0 := t0_end;
  end;
end;

invariant "P/P.0"
  true -> (p0[1] < 5);

invariant "Q/Q.0"
  (pc_t0 = t0_end) -> false;

invariant "deadlock"
  !(pc_t0 = t0_end) -> !(pc_t0 = t0_end);
