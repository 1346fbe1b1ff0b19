/*
 * The same change of the primary where Regions have tables of their own, and what they share is an item of a
 * table that replicates late: a write is there in its own Region at once, reaches the others at any time and in
 * any order, and of two the one with the later time wins everywhere. A condition is judged in one Region.
 *
 * One writer at a time: the primary. It writes the intent; the replica, once the intent has come, marks its own
 * key and says so in an item that it alone writes; seeing that, the primary names the new one with its last
 * write. A time is that of the writer's clock, and clocks differ: who writes waits until its clock is past the
 * time of what it read. Keys are disabled and enabled in their own Region meanwhile.
 *
 * Ways that are wrong, each of which must be found: NO_WAIT (who writes does not wait), NO_READY (the primary
 * does not wait for the replica's word), ANYBODY (the replica takes the role itself, without the primary).
 */
#define REGIONS 3
#define NONE 7
#define WRITES 6

typedef Shared { byte time; byte version; byte primary; byte moving }

/* every write that was ever made; any may reach a Region at any time, and again */
Shared wrote[WRITES];
byte writes = 1;
/* what each Region has of the shared item */
Shared has[REGIONS];
/* in the Region's own table: whether its key is enabled, and the version it was marked with */
bool usable[REGIONS] = true;
byte mark[REGIONS];
/* the word of each replica, in an item that it alone writes: the version that it is ready for, and its arrival */
byte ready[REGIONS];
byte told[REGIONS];
byte moves = 0;
byte switches = 0;
byte backs = 0;

#define ACTS(r) (has[r].primary == r)
#define PRIMARIES (ACTS(0) + ACTS(1) + ACTS(2))
#define UPDATING(r) ((has[r].moving != NONE && (ACTS(r) || has[r].moving == r)) || mark[r] > has[r].version)

/* how far a writer's clock is past the time of what it read: clocks differ, and it waits until it is at all */
#ifdef NO_WAIT
#define LEAST 0
#else
#define LEAST 2
#endif
#define MAY_WRITE (writes < WRITES)

#ifdef NO_READY
#define HEARD(r) true
#else
#define HEARD(r) (told[has[r].moving] == has[r].version)
#endif

inline write(x, p, mv) {
  if
  :: at = has[x].time + LEAST - 1
  :: at = has[x].time + LEAST + 1
  fi;
  has[x].version = has[x].version + 1;
  has[x].time = at;
  has[x].primary = p;
  has[x].moving = mv;
  wrote[writes].time = at;
  wrote[writes].version = has[x].version;
  wrote[writes].primary = p;
  wrote[writes].moving = mv;
  writes++
}

/* of the writes that are later than what a Region has, any */
proctype Replicate(byte r) {
  byte w;
end:
  do
  :: atomic {
       w = 1;
       do
       :: w < writes && wrote[w].time > has[r].time ->
          has[r].time = wrote[w].time;
          has[r].version = wrote[w].version;
          has[r].primary = wrote[w].primary;
          has[r].moving = wrote[w].moving;
          break
       :: w < writes -> w++
       :: w >= writes -> break
       od;
       w = 0
     };
     assert(PRIMARIES <= 1)
  :: told[r] != ready[r] -> told[r] = ready[r]
  od
}

proctype Region(byte r) {
  byte to; byte at;
end:
  do
  /* UpdatePrimaryRegion, asked in the primary's Region */
  :: atomic {
       ACTS(r) && has[r].moving == NONE && usable[r] && !UPDATING(r) && moves < 2 && MAY_WRITE ->
       if
       :: to = (r + 1) % REGIONS
       :: to = (r + 2) % REGIONS
       fi;
       moves++; mark[r] = has[r].version + 1;
       write(r, r, to);
       assert(PRIMARIES <= 1)
     }
  /* the replica marks its key and says so, or says nothing while it is disabled */
  :: atomic {
       has[r].moving == r && usable[r] && mark[r] < has[r].version ->
       mark[r] = has[r].version; ready[r] = has[r].version
     }
#ifdef ANYBODY
  :: atomic {
       has[r].moving == r && usable[r] && MAY_WRITE ->
       write(r, r, NONE);
       assert(PRIMARIES <= 1)
     }
#endif
  /* the primary's last write, once the replica's word has come */
  :: atomic {
       ACTS(r) && has[r].moving != NONE && MAY_WRITE && HEARD(r) ->
       assert(usable[has[r].moving]);
       to = has[r].moving;
       write(r, to, NONE);
       assert(PRIMARIES <= 1)
     }
  /* or it takes the intent back */
  :: atomic {
       ACTS(r) && has[r].moving != NONE && backs < 1 && MAY_WRITE ->
       backs++;
       write(r, r, NONE)
     }
  /* DisableKey and EnableKey, in the key's own Region */
  :: atomic { usable[r] && !UPDATING(r) && switches < 2 -> usable[r] = false; switches++ }
  :: atomic { !usable[r] -> usable[r] = true }
  od
}

/* once everything has come everywhere and nothing is under way: one primary, and all tell the same of it */
#define ARRIVED (has[0].time == has[1].time && has[1].time == has[2].time)
#define FINISHED (ARRIVED && has[0].moving == NONE)

active proctype Look() {
end:
  do
  :: atomic { FINISHED -> assert(PRIMARIES == 1 && has[0].primary == has[1].primary && has[1].primary == has[2].primary); break }
  od
}

init {
  atomic {
    byte r;
    for (r : 0 .. 2) {
      has[r].time = 9; has[r].version = 1; has[r].primary = 0; has[r].moving = NONE
    };
    wrote[0].time = 9; wrote[0].version = 1; wrote[0].primary = 0; wrote[0].moving = NONE;
    r = 0;
    run Region(0); run Region(1); run Region(2);
    run Replicate(0); run Replicate(1); run Replicate(2)
  }
}
