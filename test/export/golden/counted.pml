/*
 * counted (graph 0000000000000000), exported by pterace: 3 rules, 2 claims.
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

/* thread t1 */
#define t1_step_0 0  /* t1:2 */
#define t1_end 1  /* end */
bit pc_t1 = t1_step_0;

byte p0 = 0;  /* p0: 0 to 2 */

/* 0 between steps */
int checked_value;

/* false for ever: their names say in the message of Spin which claim failed */
bool P_P_0;  /* P/P.0 */
bool deadlock;  /* deadlock */

active proctype world()
{
end_: do
  :: d_step { !(1) -> assert(P_P_0) }  /* P/P.0 */
  :: d_step { !(pc_t1 == t1_end) && !(!(pc_t1 == t1_end) && ((pc_t1 != t1_step_0) || (p0 == 0))) -> assert(deadlock) }  /* deadlock */
  /* t0:0 */
  :: d_step { (pc_t0 == t0_step_0) && (p0 != 2) ->
       if
       :: p0 == 0 ->
         p0 = 1
       :: else ->
         skip
       fi;
       pc_t0 = t0_step_0
     }
  /* t0:0 */
  :: d_step { (pc_t0 == t0_step_0) && (p0 != 2) ->
       if
       :: p0 == 0 ->
         p0 = 1
       :: else ->
         skip
       fi;
       pc_t0 = t0_step_0
     }
  /* t1:2 */
  :: d_step { (pc_t1 == t1_step_0) && (p0 == 0) ->
       p0 = 2;
       pc_t1 = t1_end
     }
  od
}
