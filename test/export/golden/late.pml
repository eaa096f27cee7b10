/*
 * late (graph 0000000000000000), exported by pterace: 2 rules, 3 claims.
 *
 * spin -o2 -a FILE && gcc -O2 -DNOREDUCE -DSAFETY -o pan pan.c && ./pan -n -m1000000
 *
 * -o2: variables that are only written are part of the state. With -DBFS the trail is a shortest one; its last
 * step is the failed assertion and none of the model. Spin counts the initial state among its transitions.
 * The label end_ switches off the search of Spin for invalid end states: threads may be done, and optional daemons may
 * rest. The last claim is the rule for deadlocks instead.
 */

/* thread t0 */
#define t0_step_0 0  /* t0:0 */
#define t0_end 1  /* end */
bit pc_t0 = t0_step_0;

byte p0[2] = { 0, 0 };  /* p0: 0 to 4 */
byte t0_r0 = 0;  /* register: 0 to 4 */

/* 0 between steps */
int checked_value;

/* false for ever: their names say in the message of Spin which claim failed */
bool P_P_0;  /* P/P.0 */
bool Q_Q_0;  /* Q/Q.0 */
bool deadlock;  /* deadlock */

active proctype world()
{
end_: do
  :: d_step { !(p0[1] < 5) -> assert(P_P_0) }  /* P/P.0 */
  :: d_step { (pc_t0 == t0_end) && !(0) -> assert(Q_Q_0) }  /* Q/Q.0 */
  :: d_step { !(pc_t0 == t0_end) && !(!(pc_t0 == t0_end)) -> assert(deadlock) }  /* deadlock */
  /* t0:0 */
  :: d_step { pc_t0 == t0_step_0 ->
       checked_value = t0_r0;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }];
       if
       :: t0_r0 < 1 ->
         pc_t0 = t0_step_0
       :: else ->
         pc_t0 = t0_end
       fi
     }
  /* t0:0 */
  :: d_step { pc_t0 == t0_step_0 ->
       checked_value = t0_r0 + 1;
       assert(0 <= checked_value && checked_value < 5);
       t0_r0 = checked_value;
       checked_value = 0;
       p0[t0_r0 & 1] = p0[c_expr { now.p0[0] & 1 }];
       if
       :: t0_r0 < 1 ->
         pc_t0 = t0_step_0
       :: else ->
         pc_t0 = t0_end
       fi
     }
  od
}
