/*
 * late (graph 0000000000000000), exported by pterace: 2 rules, 3 claims, a process a thread.
 *
 * spin -o2 -a FILE && gcc -O3 -DNOREDUCE -DSAFETY -DNOFAIR -o pan pan.c && ./pan -n -m1000000
 *
 * -o2: variables that are only written are part of the state. For a shortest trail give -DBFS to both spin and gcc;
 * its last steps find the claim that fails and are none of the model. Spin counts the initial state among its
 * transitions. Labels that begin with end_ are where a thread may stay: the last claim is the rule for deadlocks.
 */

#ifdef BFS
#define HIDDEN(type) type
#else
#define HIDDEN(type) hidden type
#endif

byte p0[2] = { 0, 0 };  /* p0: 0 to 4 */

/* 0 between steps */
HIDDEN(int) checked_value;

/* false for ever: their names say in the message of Spin which claim failed */
HIDDEN(byte) P_P_0;  /* P/P.0 */
HIDDEN(byte) Q_Q_0;  /* Q/Q.0 */
HIDDEN(byte) deadlock;  /* deadlock */

/* thread t0 */
active proctype t0()
{
  unsigned t0_r0 : 3 = 0;  /* register: 0 to 4 */
  /* t0:0 */
t0_step_0:
  if
  :: d_step { t0_r0 < 1 ->
       checked_value = t0_r0;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }]
     } -> goto t0_step_0
  :: d_step { !(t0_r0 < 1) ->
       checked_value = t0_r0;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }]
     } -> goto end_t0_end
  :: d_step { (t0_r0 + 1) < 1 ->
       checked_value = t0_r0 + 1;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }]
     } -> goto t0_step_0
  :: d_step { !((t0_r0 + 1) < 1) ->
       checked_value = t0_r0 + 1;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }]
     } -> goto end_t0_end
  fi;
  /* end */
end_t0_end:
  false;
}

/* threads that stay where they are, and the claims */
active proctype still()
{
end_: do
  :: !(p0[1] < 5) || t0[0]@end_t0_end || (!(t0[0]@end_t0_end) && !(!(t0[0]@end_t0_end))) ->
     if
     :: !(p0[1] < 5) -> assert(P_P_0)  /* P/P.0 */
     :: t0[0]@end_t0_end -> assert(Q_Q_0)  /* Q/Q.0 */
     :: !(t0[0]@end_t0_end) && !(!(t0[0]@end_t0_end)) -> assert(deadlock)  /* deadlock */
     fi
  od
}
