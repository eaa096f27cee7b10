--------------------------------- MODULE stuck -------------------------------

\* stuck (graph 0000000000000000), exported by pterace: 4 actions, 1 claims.
\*
\* java -cp tla2tools.jar tlc2.TLC -config stuck.cfg stuck.tla
\*
\* TLC is told not to look for deadlocks: threads may be done, and optional daemons may rest. The last invariant is the
\* rule for deadlocks instead. TypeOK fails where the model puts a value out of range into a variable.

EXTENDS Integers, TLC

VARIABLES
  pc_t0,  \* thread t0
  pc_t1,  \* thread t1
  pc_t2,  \* thread t2
  p0,  \* p0
  p1   \* p1

vars == <<pc_t0, pc_t1, pc_t2, p0, p1>>

TypeOK ==
  /\ pc_t0 \in {"t0_step_0", "t0_step_1", "t0_end"}
  /\ pc_t1 \in {"t1_step_0", "t1_end"}
  /\ pc_t2 \in {"t2_step_0", "t2_end"}
  /\ p0 \in 0..1
  /\ p1 \in 0..1

Init ==
  /\ pc_t0 = "t0_step_0"
  /\ pc_t1 = "t1_step_0"
  /\ pc_t2 = "t2_step_0"
  /\ p0 = 0
  /\ p1 = 0

\* t0:0
t0_step_0 ==
  /\ pc_t0 = "t0_step_0"
  /\ pc_t0' = "t0_step_1"
  /\ UNCHANGED <<pc_t1, pc_t2, p0, p1>>

\* t0:1
t0_step_1 ==
  /\ pc_t0 = "t0_step_1"
  /\ p0 # 0
  /\ pc_t0' = "t0_end"
  /\ UNCHANGED <<pc_t1, pc_t2, p0, p1>>

\* t1:3
t1_step_0 ==
  /\ pc_t1 = "t1_step_0"
  /\ pc_t1' = "t1_step_0"
  /\ p1' = 1 - p1
  /\ UNCHANGED <<pc_t0, pc_t2, p0>>

\* t2:5
t2_step_0 ==
  /\ pc_t2 = "t2_step_0"
  /\ pc_t2' = "t2_end"
  /\ p0' = 0
  /\ UNCHANGED <<pc_t0, pc_t1, p1>>

Next ==
  \/ t0_step_0
  \/ t0_step_1
  \/ t1_step_0
  \/ t2_step_0

Spec == Init /\ [][Next]_vars

\* deadlock
deadlock ==
  (~(pc_t0 = "t0_end") \/ ~(pc_t2 = "t2_end")) => ((~(pc_t0 = "t0_end") /\ ((pc_t0 # "t0_step_1") \/ (p0 # 0))) \/ ~(pc_t2 = "t2_end"))

==============================================================================
