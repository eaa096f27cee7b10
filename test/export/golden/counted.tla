-------------------------------- MODULE counted ------------------------------

\* counted (graph 0000000000000000), exported by pterace: 3 actions, 2 claims.
\*
\* java -cp tla2tools.jar tlc2.TLC -config counted.cfg counted.tla
\*
\* TLC is told not to look for deadlocks: threads may be done, and optional daemons may rest. The last invariant is the
\* rule for deadlocks instead. TypeOK fails where the model puts a value out of range into a variable.

EXTENDS Integers, TLC

VARIABLES
  pc_t0,  \* thread t0
  pc_t1,  \* thread t1
  p0   \* p0

vars == <<pc_t0, pc_t1, p0>>

TypeOK ==
  /\ pc_t0 \in {"t0_step_0", "t0_end"}
  /\ pc_t1 \in {"t1_step_0", "t1_end"}
  /\ p0 \in 0..2

Init ==
  /\ pc_t0 = "t0_step_0"
  /\ pc_t1 = "t1_step_0"
  /\ p0 = 0

\* t0:0
t0_step_0_choice_0 ==
  /\ pc_t0 = "t0_step_0"
  /\ p0 # 2
  /\ pc_t0' = "t0_step_0"
  /\ p0' = IF (p0 = 0) THEN 1 ELSE p0
  /\ UNCHANGED <<pc_t1>>

\* t0:0
t0_step_0_choice_1 ==
  /\ pc_t0 = "t0_step_0"
  /\ p0 # 2
  /\ pc_t0' = "t0_step_0"
  /\ p0' = IF (p0 = 0) THEN 1 ELSE p0
  /\ UNCHANGED <<pc_t1>>

\* t1:2
t1_step_0 ==
  /\ pc_t1 = "t1_step_0"
  /\ p0 = 0
  /\ pc_t1' = "t1_end"
  /\ p0' = 2
  /\ UNCHANGED <<pc_t0>>

Next ==
  \/ t0_step_0_choice_0
  \/ t0_step_0_choice_1
  \/ t1_step_0

Spec == Init /\ [][Next]_vars

\* P/P.0
P_P_0 ==
  TRUE

\* deadlock
deadlock ==
  ~(pc_t1 = "t1_end") => (~(pc_t1 = "t1_end") /\ ((pc_t1 # "t1_step_0") \/ (p0 = 0)))

==============================================================================
