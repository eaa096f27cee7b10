/*
 * stuck (graph 0000000000000000), exported by pterace: 4 rules, 1 claims.
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
#define t0_step_1 1  /* t0:1 */
#define t0_end 2  /* end */
byte pc_t0 = t0_step_0;

/* thread t1 */
#define t1_step_0 0  /* t1:3 */
#define t1_end 1  /* end */
bit pc_t1 = t1_step_0;

/* thread t2 */
#define t2_step_0 0  /* t2:5 */
#define t2_end 1  /* end */
bit pc_t2 = t2_step_0;

bit p0 = 0;  /* p0: 0 to 1 */
bit p1 = 0;  /* p1: 0 to 1 */

/* 0 between steps */
int checked_value;

/* false for ever: their names say in the message of Spin which claim failed */
bool deadlock;  /* deadlock */

active proctype world()
{
end_: do
  :: d_step { (!(pc_t0 == t0_end) || !(pc_t2 == t2_end)) && !((!(pc_t0 == t0_end) && ((pc_t0 != t0_step_1) || p0)) || !(pc_t2 == t2_end)) -> assert(deadlock) }  /* deadlock */
  /* t0:0 */
  :: d_step { pc_t0 == t0_step_0 ->
       pc_t0 = t0_step_1
     }
  /* t0:1 */
  :: d_step { (pc_t0 == t0_step_1) && p0 ->
       pc_t0 = t0_end
     }
  /* t1:3 */
  :: d_step { pc_t1 == t1_step_0 ->
       p1 = 1 - p1;
       pc_t1 = t1_step_0
     }
  /* t2:5 */
  :: d_step { pc_t2 == t2_step_0 ->
       p0 = 0;
       pc_t2 = t2_end
     }
  od
}
