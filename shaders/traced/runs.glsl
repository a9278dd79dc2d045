// Joining the parts of runs of equal keys in the fixed shape of runs (see the architecture's page). A node covers some
// consecutive elements. td_flags: 1 a run begins within it, 2 elements of an earlier run stand at its front. td_head:
// those joined (or all of a node where no run begins); td_tail: its last run so far. td_run: runs begun before it.
TD_T td_head(uint node);
TD_T td_tail(uint node);
uint td_flags(uint node);
uint td_run(uint node);
void td_finish(uint run, TD_T total);

// Joins `count` ≥ 1 nodes from `first` on. Runs that begin and end among them are finished: td_finish(run, total).
void td_join(uint first, uint count, out uint flags, out TD_T head, out TD_T tail) {
  flags = 0u;
  bool open = false; // there is a part that may go on
  TD_T part = td_head(first);
  head = part;
  for (uint c = 0u; c < count; ++c) {
    uint own = td_flags(first + c);
    if ((own & 2u) != 0u) {
      part = open ? td_op(part, td_head(first + c)) : td_head(first + c);
      open = true;
    }
    if ((own & 1u) != 0u) {
      if (open && (flags & 1u) != 0u)
        td_finish(td_run(first + c) - 1u, part);
      else if (open) {
        head = part;
        flags |= 2u;
      }
      flags |= 1u;
      part = td_tail(first + c);
      open = true;
    }
  }
  if ((flags & 1u) == 0u) {
    head = part;
    flags |= 2u;
  }
  tail = part;
}
