/*
 * Regions that share a table which replicates late: a write is in its own Region at once, reaches the others at any
 * time and in any order, of two the later one stays everywhere, and a condition is judged in one Region. As
 * core/replicated.ts has it, home takes every write, from whichever Region, and who changes something reads there
 * (docs/decisions/0020-one-region-writes-what-regions-share.md). Every step is one read or one conditional write;
 * a process may end at each, and an answer may be lost.
 *
 * KEYS: related keys, whose shared item is changed by UpdatePrimaryRegion and rotations in any Region, while keys
 *   are disabled in their own (core/lifecycle/primary-region.ts); their own items are in their Regions' tables.
 * HOME_FENCE: who may write at home (core/item/home-fence.ts): the installation is made, processes start with lists that
 *   name one Region or the other, and write an item that does not exist at first, as a tenant key. With MOVE home is
 *   moved meanwhile (server/home-move.ts), with LOST it is gone, and moved without it.
 *
 * Ways that are wrong, each of which must be found. KEYS: OWN_WRITES (each Region writes its own replica),
 * NO_CONDITION (a write that is sent again does not look what is there), NO_MARKS, NO_SWEEPER. HOME_FENCE: OWN_WRITES,
 * NO_FENCE (the list is not compared), AT_START (it is compared as a process starts, in its own Region, alone),
 * NO_LOOK (who makes the installation looks at home alone). MOVE: NO_MARK, NO_WAIT, NO_COMPARE (home is handed over
 * without the mark that stops writes, without waiting for who looked before it, before all has come). LOST: ALIVE
 * (home was cut off, and not gone).
 */
#define NONE 7
#define WRITES 8

#ifdef OWN_WRITES
#define WRITER(at, home) at
#else
#define WRITER(at, home) home
#endif

#ifdef KEYS
#define REGIONS 2
#define HOME 0
#define ENABLED 0
#define DISABLED 1

typedef Shared { byte version; byte primary; byte moving; byte rotations }
/* every write of the shared item, in the order of their times; which of them each Region has */
Shared wrote[WRITES];
byte writes = 1;
byte has[REGIONS] = 0;
/* the keys' own items, in their Regions' tables */
byte own[2] = 1;
byte state[2] = ENABLED;
byte mark[2] = 0;
/* rotations that were answered */
byte rotated = 0;

#define LOCALS byte v; byte s; byte m; byte sv; byte sp; byte sm; byte sr; bool done

inline readOwn(r) { atomic { v = own[r]; s = state[r]; m = mark[r] } }
inline readShared(at) {
  atomic {
    sv = wrote[has[WRITER(at, HOME)]].version; sp = wrote[has[WRITER(at, HOME)]].primary;
    sm = wrote[has[WRITER(at, HOME)]].moving; sr = wrote[has[WRITER(at, HOME)]].rotations
  }
}
#define UPDATING(r) (s == ENABLED && ((sm != NONE && (sp == r || sm == r)) || m > sv))
#define LAST wrote[writes - 1]

/* one conditional write, judged where it is made; of the answer only its writer knows, if anybody */
inline putShared(at, p, mv, rot) {
  atomic {
    done = false;
    if
#ifdef NO_CONDITION
    :: writes < WRITES ->
#else
    :: wrote[has[WRITER(at, HOME)]].version == sv && writes < WRITES ->
#endif
       wrote[writes].version = wrote[has[WRITER(at, HOME)]].version + 1;
       wrote[writes].primary = p; wrote[writes].moving = mv; wrote[writes].rotations = rot;
       has[WRITER(at, HOME)] = writes; writes++; done = true
    :: else
    fi
  }
}

inline moveToEnd(at) {
  do
  :: readShared(at);
     if
     :: sm == NONE -> break
     :: else
     fi;
     part = 0;
     do
     :: part == 2 ->
        atomic {
          /* whoever is made the primary is there to be one, and the one before had it to give */
          putShared(at, sm, NONE, sr);
          if
          :: done -> assert(state[sp] == ENABLED && state[sm] == ENABLED); assert(wrote[writes - 2].primary == sp)
          :: else
          fi
        };
        break
     :: part < 2 ->
        r = (part == 0 -> sp : sm);
        readOwn(r);
        if
        :: wrote[has[WRITER(at, HOME)]].version != sv -> break /* read anew */
        :: else
        fi;
        if
        :: s != ENABLED -> putShared(at, sp, NONE, sr); break
        :: s == ENABLED && m != sv ->
#ifdef NO_MARKS
           part++
#else
           atomic {
             if
             :: own[r] == v -> mark[r] = sv; own[r]++; part++
             :: else -> part = 9
             fi
           }
#endif
        :: else -> part++
        fi;
        if
        :: part == 9 -> break
        :: else
        fi
     od
  od
}

proctype UpdatePrimaryRegion(byte at; byte to) {
  LOCALS; byte part; byte r;
  readOwn(at); readShared(at);
  if
  :: sp != at || s != ENABLED -> goto end
  :: UPDATING(at) && sm != to -> goto end
  :: else
  fi;
  readOwn(to);
  if
  :: s != ENABLED -> goto end
  :: else
  fi;
  if
  :: sm == NONE ->
     putShared(at, sp, to, sr);
     if
     :: !done -> goto end
     :: done
     fi
  :: else
  fi;
  if
  :: goto end /* the process ends here, or the answer is lost */
  :: moveToEnd(at)
  fi;
end: skip
}

/* what the primary alone may do, asked in both Regions, and made again where another was first or no answer came */
proctype RotateKeyOnDemand(byte at) {
  LOCALS; byte tries = 0;
  do
  :: tries == 2 -> break
  :: tries < 2 ->
     tries++;
     readOwn(at); readShared(at);
     if
     :: sp != at || s != ENABLED || UPDATING(at) -> break
     :: else
     fi;
     atomic {
       putShared(at, sp, sm, sr + 1);
       /* obeyed: over what every Region will have */
       if
       :: done -> assert(wrote[writes - 2].primary == at && wrote[writes - 2].rotations == sr)
       :: else
       fi
     };
     if
     :: done ->
        if
        :: rotated++; break
        :: skip /* the answer is lost: it is made again */
        fi
     :: else
     fi
  od
}

proctype Switch(byte at) {
  LOCALS;
  readOwn(at); readShared(at);
  if
  :: s == ENABLED && !UPDATING(at) ->
     atomic {
       if
       :: own[at] == v -> state[at] = DISABLED; own[at]++
       :: else
       fi
     };
     state[at] = ENABLED; own[at]++
  :: else
  fi
}

active proctype Sweeper() {
  LOCALS; byte part; byte r;
end:
  do
#ifndef NO_SWEEPER
  :: wrote[has[WRITER(1, HOME)]].moving != NONE -> moveToEnd(1)
#endif
  :: timeout -> break
  od;
  /* all has come: what was answered is there, and one primary, the same in every Region */
  assert(has[0] == writes - 1 && has[1] == writes - 1);
  assert(LAST.rotations >= rotated);
  assert(LAST.moving == NONE && LAST.primary < 2);
  assert(mark[0] <= LAST.version && mark[1] <= LAST.version)
}

proctype Replicate(byte r) {
  byte w;
end:
  do
  :: atomic {
       has[r] < writes - 1 ->
       w = has[r] + 1;
       do
       :: has[r] = w; break
       :: w < writes - 1 -> w++
       od;
       w = 0
     }
  od
}

init {
  atomic {
    wrote[0].version = 1; wrote[0].primary = 0; wrote[0].moving = NONE;
    run Replicate(0); run Replicate(1);
    run UpdatePrimaryRegion(0, 1);
#ifdef SWITCH
    run Switch(0); run Switch(1)
#else
#ifdef RIVAL
    run UpdatePrimaryRegion(1, 0)
#else
    run RotateKeyOnDemand(0); run RotateKeyOnDemand(1)
#endif
#endif
  }
}
#endif

#ifdef HOME_FENCE
#define REGIONS 2

typedef Mark { byte version; byte home; byte moving }
/* every write of the installation's item, and which of them each Region has; none at first */
Mark marks[WRITES];
byte marksWritten = 1;
byte hasMark[REGIONS] = 0;
/* writes of another item, of which only the number counts; the first of them makes a tenant key */
byte writes = 1;
byte has[REGIONS] = 0;
/* the write that all later ones must be made over, for nothing to be lost */
byte top = 0;
/* processes that looked, and may still write; who is gone has none */
byte looked = 0;
bool gone = false;

inline putMark(at, over, h, mv) {
  atomic {
    if
    :: hasMark[at] == over && marksWritten < WRITES ->
       marks[marksWritten].version = marks[over].version + 1;
       marks[marksWritten].home = h; marks[marksWritten].moving = mv;
       hasMark[at] = marksWritten; marksWritten++
    :: else
    fi
  }
}

/* tenkey bootstrap, by a list that begins with a Region; the second one after the first has ended */
proctype Make(byte home) {
  bool found = false;
  if
  :: hasMark[home] != 0 -> found = true
  :: else
  fi;
#ifndef NO_LOOK
  if
  :: hasMark[1 - home] != 0 -> found = true
  :: else
  fi;
#endif
  if
  :: !found -> putMark(home, 0, home, NONE)
  :: else
  fi;
  if
  :: home == 0 -> run Make(1)
  :: else
  fi
}

/* a process in a Region whose list begins with another, or the same */
proctype Process(byte at; byte home) {
  byte read; byte n = 0; bool may;
  /* when it starts, which may be before anything is there */
#ifndef NO_FENCE
  may = (hasMark[at] == 0 || marks[hasMark[at]].home == home);
  if
  :: !may -> goto end
  :: else
  fi;
#endif
  do
  :: n == 2 -> break
  :: n < 2 ->
     n++;
     may = false;
#if defined(NO_FENCE) || defined(AT_START)
     atomic { may = true; looked++ };
#else
     /* the mark, at the home that the list names */
     atomic {
       if
       :: !(gone && home == 0) && hasMark[home] != 0 && marks[hasMark[home]].home == home && marks[hasMark[home]].moving == NONE ->
          may = true; looked++
       :: else
       fi
     };
#endif
     if
     :: may ->
        read = has[WRITER(at, home)];
        /* a minute, in which it may write; a condition is judged where it is made */
        atomic {
          if
          :: has[WRITER(at, home)] == read && writes < WRITES && !(gone && home == 0) ->
             assert(read >= top);
             has[WRITER(at, home)] = writes; top = writes; writes++
          :: else
          fi
        };
        looked--
     :: else
     fi
  od;
end: skip
}

/* of the writes that are later than what a Region has, any; nothing more comes of a Region that is gone */
#define COMES(written, have, r) \
  atomic { \
    have[r] < written - 1 && !gone -> \
    w = have[r] + 1; \
    do \
    :: have[r] = w; break \
    :: w < written - 1 -> w++ \
    od; \
    w = 0 \
  }

proctype Replicate(byte r) {
  byte w;
end:
  do
  :: COMES(writes, has, r)
  :: COMES(marksWritten, hasMark, r)
  od
}

#ifdef MOVE
/* tenkey region move-home, from 0 to 1: ended wherever, and made again */
proctype MoveHome(byte tries) {
  byte over;
  over = hasMark[1];
  if
  :: marks[over].home == 1 -> goto end
  :: else
  fi;
#ifndef NO_MARK
  over = hasMark[0];
  if
  :: over == 0 -> goto end
  :: marks[over].home == 0 && marks[over].moving == NONE -> putMark(0, over, 0, 1)
  :: else
  fi;
  if
  :: marks[hasMark[0]].moving == 1 -> skip
  :: else -> goto end
  fi;
#endif
  if
  :: tries > 0 -> run MoveHome(tries - 1); goto end /* the process ends here */
  :: skip
  fi;
#ifndef NO_WAIT
  looked == 0;
#endif
  /* all of it is there, the mark too */
#ifndef NO_COMPARE
  has[1] == has[0];
#endif
  hasMark[1] == hasMark[0] && hasMark[1] != 0;
  over = hasMark[1];
  if
  :: tries > 0 -> run MoveHome(tries - 1)
  :: skip
  fi;
  if
  :: marks[over].home == 0 -> putMark(1, over, 1, NONE)
  :: else
  fi;
end: skip
}
#endif

#ifdef LOST
/* the same with --lost: what had not left the Region is lost with it */
proctype MoveWithout() {
  hasMark[1] != 0;
  atomic {
#ifndef ALIVE
    gone = true;
#endif
    top = has[1]
  };
  putMark(1, hasMark[1], 1, NONE)
}
#endif

/* in the end the installation has one home, which every Region knows */
active proctype Look() {
end:
  do
  :: timeout -> break
  od;
  if
  :: !gone -> assert(hasMark[0] == hasMark[1] && marks[hasMark[0]].home < 2 && has[0] == has[1])
  :: else -> assert(marks[hasMark[1]].home == 1)
  fi;
#ifdef MOVE
  assert(marks[hasMark[1]].moving == NONE)
#endif
}

init {
  atomic {
    marks[0].version = 0; marks[0].home = NONE; marks[0].moving = NONE;
    run Replicate(0); run Replicate(1);
    run Process(0, 0); run Process(1, 0); run Process(1, 1);
#ifdef MOVE
    putMark(0, 0, 0, NONE);
    run MoveHome(1)
#else
#ifdef LOST
    putMark(0, 0, 0, NONE);
    run MoveWithout()
#else
    run Make(0)
#endif
#endif
  }
}
#endif
