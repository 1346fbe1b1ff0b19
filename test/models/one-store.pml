/*
 * Related multi-Region keys on one store: an item for each key, one that they share, and no transaction over
 * two of them (docs/decisions/0019-related-keys-share-an-item.md). Every step is one read or one conditional
 * write, as core/lifecycle/primary-region.ts, replicas.ts and deletion.ts make them. A process may end at each.
 *
 * MOVE: UpdatePrimaryRegion by two callers, callers who disable and enable keys, the sweeper.
 * DELETE: ScheduleKeyDeletion and CancelKeyDeletion of every key, ReplicateKey, and what time does.
 *
 * Ways that are wrong, each of which must be found: NO_MARKS, NO_SWEEPER (MOVE); NO_CLOSE, NO_TOUCH (DELETE).
 */
#define REGIONS 3
#define NONE 7
#define ENABLED 0
#define DISABLED 1
#define PENDING 2
#define WAITING 3 /* PendingReplicaDeletion */
#define GONE 4

/* the shared item */
byte version = 1;
byte primary = 0;
byte moving = NONE;
byte replicas = 6; /* a bit for each Region */
bool closed = false;

/* the keys' own items */
byte own[REGIONS] = 1;
byte state[REGIONS] = ENABLED;
byte mark[REGIONS] = 0;

#define HAS(set, r) (((set) >> (r)) & 1)

/* what a process has read; an item each, in any order */
#define LOCALS \
  byte v; byte s; byte m; \
  byte sv; byte sp; byte sm; byte sr; bool sc

inline readOwn(r) { atomic { v = own[r]; s = state[r]; m = mark[r] } }
inline readShared() { atomic { sv = version; sp = primary; sm = moving; sr = replicas; sc = closed } }
/* a round trip reads both, and not at one moment */
inline readBoth(r) {
  if
  :: readOwn(r); readShared()
  :: readShared(); readOwn(r)
  fi
}
#define UPDATING(r) (s == ENABLED && ((sm != NONE && (sp == r || sm == r)) || m > sv))

/* never two primaries, as the item says one; these are what could make that one worthless */
inline moved(to) {
  assert(state[primary] == ENABLED);
  assert(state[to] == ENABLED);
  assert(HAS(replicas, to))
}

/* moveToEnd: from wherever it was left */
inline moveToEnd() {
  byte part = 0;
  do
  :: readShared();
     if
     :: sm == NONE -> break
     :: else
     fi;
     part = 0;
     do
     :: part == 2 ->
        atomic {
          if
          :: version == sv -> moved(sm);
             replicas = (replicas & ~(1 << sm)) | (1 << sp);
             primary = sm; moving = NONE; version++
          :: else
          fi
        };
        break
     :: part < 2 ->
        r = (part == 0 -> sp : sm);
        readOwn(r);
        if
        :: version != sv -> break /* read anew */
        :: else
        fi;
        if
        :: s != ENABLED ->
           atomic {
             if
             :: version == sv -> moving = NONE; version++
             :: else
             fi
           };
           break
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

#ifdef MOVE
proctype UpdatePrimaryRegion(byte to) {
  LOCALS; byte at; byte r;
  if
  :: at = 0 :: at = 1 :: at = 2
  fi;
  readBoth(at);
  if
  :: sp != at || s != ENABLED || to == at || !HAS(sr, to) -> goto refused
  :: UPDATING(at) && sm != to -> goto refused
  :: else
  fi;
  readOwn(to);
  if
  :: s != ENABLED -> goto refused
  :: else
  fi;
  if
  :: sm == NONE ->
     atomic {
       if
       :: version == sv -> moving = to; version++
       :: else -> goto refused /* made again by the caller */
       fi
     }
  :: else
  fi;
  if
  :: goto refused /* the process ends here */
  :: moveToEnd()
  fi;
refused: skip
}

proctype Switch(byte at) {
  LOCALS;
  readBoth(at);
  if
  :: s == ENABLED && !UPDATING(at) ->
     atomic {
       if
       :: own[at] == v -> state[at] = DISABLED; mark[at] = 0; own[at]++
       :: else
       fi
     }
  :: else
  fi;
  readBoth(at);
  if
  :: s == DISABLED ->
     atomic {
       if
       :: own[at] == v -> state[at] = ENABLED; own[at]++
       :: else
       fi
     }
  :: else
  fi
}

active proctype Sweeper() {
  LOCALS; byte r;
end:
  do
#ifndef NO_SWEEPER
  :: moving != NONE -> moveToEnd()
#endif
  :: timeout -> assert(moving == NONE); break
  od
}

init {
  atomic {
    run UpdatePrimaryRegion(1);
#ifdef RIVAL
    run UpdatePrimaryRegion(2)
#else
    run Switch(0); run Switch(1)
#endif
  }
}
#endif

#ifdef DELETE
proctype ScheduleKeyDeletion(byte at) {
  LOCALS;
  readBoth(at);
  if
  :: s <= DISABLED ->
     readShared(); /* again, after the key itself */
     atomic {
       if
       :: own[at] == v -> state[at] = (sp == at && sr != 0 -> WAITING : PENDING); own[at]++
       :: else
       fi
     }
  :: else
  fi
}

proctype CancelKeyDeletion(byte at) {
  LOCALS;
  readBoth(at);
  if
  :: s == PENDING || s == WAITING ->
     atomic {
       if
       :: own[at] == v -> state[at] = ENABLED; own[at]++
       :: else
       fi
     }
  :: else
  fi
}

/* of a key whose date has come: as often as it takes */
active [REGIONS] proctype Time() {
  LOCALS; byte at = _pid;
end:
  do
  :: state[at] == PENDING ->
     readBoth(at);
     if
     :: s != PENDING -> skip
     :: s == PENDING && sp == at && sr != 0 -> /* it is PendingReplicaDeletion, whatever its item says */
        atomic {
          if
          :: own[at] == v -> state[at] = WAITING; own[at]++
          :: else
          fi
        }
     :: s == PENDING && sp == at && sr == 0 ->
#ifndef NO_CLOSE
        atomic {
          if
          :: version == sv -> closed = true; version++
          :: else -> goto again
          fi
        };
#endif
        atomic {
          if
          :: own[at] == v -> assert(replicas == 0); state[at] = GONE; own[at]++; goto done
          :: else
          fi
        }
     :: s == PENDING && sp != at ->
        atomic {
          if
          :: own[at] == v -> state[at] = GONE; own[at]++
          :: else -> goto again
          fi
        };
leave:
        readShared();
        atomic {
          if
          :: version == sv -> replicas = sr & ~(1 << at); version++
          :: else -> goto leave
          fi
        };
        if
        :: (sr & ~(1 << at)) != 0 -> goto done
        :: else
        fi;
#ifdef NO_TOUCH
        /* the primary is written only where it is seen to wait */
        readOwn(sp);
        if
        :: s != WAITING -> goto done
        :: else
        fi;
#endif
touch:
        readOwn(sp);
        atomic {
          if
          :: own[sp] == v && s == WAITING -> state[sp] = PENDING; own[sp]++
          :: own[sp] == v && s != WAITING -> own[sp]++
          :: else -> goto touch
          fi
        };
        goto done
     fi;
again: skip
  od;
done: skip
}

proctype ReplicateKey(byte to) {
  LOCALS;
  readBoth(0);
  if
  :: sp == 0 && s == ENABLED && !HAS(sr, to) && state[to] == GONE ->
#ifndef NO_LOOK
     if
     :: sc -> /* closed before: only what the key is now says that it was taken back */
        readOwn(0);
        if
        :: s != ENABLED -> goto refused
        :: else
        fi
     :: else
     fi;
#endif
     atomic {
       if
       :: version == sv -> assert(state[primary] != GONE); replicas = sr | (1 << to); closed = false; version++
       :: else
       fi
     }
  :: else
  fi;
refused: skip
}

init {
  atomic {
    replicas = 2; state[2] = GONE;
    run ScheduleKeyDeletion(0); run ScheduleKeyDeletion(1); run CancelKeyDeletion(0);
    run ScheduleKeyDeletion(0); run ReplicateKey(2)
  };
  timeout ->
    /* nobody waits for replicas that are not there */
    assert(!(state[0] == WAITING && replicas == 0))
}
#endif
