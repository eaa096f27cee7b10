/*
 * stuck (graph 0000000000000000), exported by pterace: 4 rules, 1 claims, a process a thread.
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

unsigned p0 : 1 = 0;  /* p0: 0 to 1 */
unsigned p1 : 1 = 0;  /* p1: 0 to 1 */

/* 0 between steps */
HIDDEN(int) checked_value;

/* false for ever: their names say in the message of Spin which claim failed */
HIDDEN(byte) deadlock;  /* deadlock */

/* thread t0 */
active proctype t0()
{
  /* t0:0 */
t0_step_0:
  if
  :: true -> goto end_t0_step_1
  fi;
  /* t0:1 */
end_t0_step_1:
  if
  :: p0 -> goto end_t0_end
  fi;
  /* end */
end_t0_end:
  false;
}

/* thread t1 */
active proctype t1()
{
  /* t1:3 */
t1_step_0:
  if
  :: d_step {
       p1 = 1 - p1
     } -> goto t1_step_0
  fi;
  /* end */
end_t1_end:
  false;
}

/* thread t2 */
active proctype t2()
{
  /* t2:5 */
t2_step_0:
  if
  :: d_step {
       p0 = 0
     } -> goto end_t2_end
  fi;
  /* end */
end_t2_end:
  false;
}

/* threads that stay where they are, and the claims */
active proctype still()
{
end_: do
  :: (!(t0[0]@end_t0_end) || !(t2[2]@end_t2_end)) && !((!(t0[0]@end_t0_end) && (!(t0[0]@end_t0_step_1) || p0)) || !(t2[2]@end_t2_end)) ->
     if
     :: (!(t0[0]@end_t0_end) || !(t2[2]@end_t2_end)) && !((!(t0[0]@end_t0_end) && (!(t0[0]@end_t0_step_1) || p0)) || !(t2[2]@end_t2_end)) -> assert(deadlock)  /* deadlock */
     fi
  od
}
