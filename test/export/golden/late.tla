--------------------------------- MODULE late --------------------------------

\* late (graph 0000000000000000), exported by pterace: 2 actions, 3 claims.
\*
\* java -cp tla2tools.jar tlc2.TLC -config late.cfg late.tla
\*
\* TLC is told not to look for deadlocks: threads may be done, and optional daemons may rest. The last invariant is the
\* rule for deadlocks instead. TypeOK fails where the model puts a value out of range into a variable.

EXTENDS Integers, TLC

VARIABLES
  pc_t0,  \* thread t0
  p0,  \* p0
  t0_r0   \* register

vars == <<pc_t0, p0, t0_r0>>

TypeOK ==
  /\ pc_t0 \in {"t0_step_0", "t0_end"}
  /\ p0 \in [0..1 -> 0..4]
  /\ t0_r0 \in 0..4

Init ==
  /\ pc_t0 = "t0_step_0"
  /\ p0 = [i__1 \in 0..1 |-> 0]
  /\ t0_r0 = 0

\* t0:0
t0_step_0_choice_0 ==
  /\ pc_t0 = "t0_step_0"
  /\ LET t0_r0__1 == t0_r0
     IN  /\ pc_t0' = IF (t0_r0__1 < 1) THEN "t0_step_0" ELSE "t0_end"
         /\ p0' = [p0 EXCEPT ![t0_r0__1 % 2] = p0[p0[0] % 2]]
         /\ t0_r0' = t0_r0__1

\* t0:0
t0_step_0_choice_1 ==
  /\ pc_t0 = "t0_step_0"
  /\ LET t0_r0__1 == t0_r0 + 1
     IN  /\ pc_t0' = IF (t0_r0__1 < 1) THEN "t0_step_0" ELSE "t0_end"
         /\ p0' = [p0 EXCEPT ![t0_r0__1 % 2] = p0[p0[0] % 2]]
         /\ t0_r0' = t0_r0__1

Next ==
  \/ t0_step_0_choice_0
  \/ t0_step_0_choice_1

Spec == Init /\ [][Next]_vars

\* P/P.0
P_P_0 ==
  p0[1] < 5

\* Q/Q.0
Q_Q_0 ==
  (pc_t0 = "t0_end") => FALSE

\* deadlock
deadlock ==
  ~(pc_t0 = "t0_end") => ~(pc_t0 = "t0_end")

==============================================================================
