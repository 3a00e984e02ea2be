/** Why a controller decided as it did: each reason has its sentence, for people. */
export const reasons = {
  steady: "the load is what the instances are for",
  "load-grew": "the calls of the last moments need more instances",
  panic: "the calls of the last moments need far more instances than there are: none are ended",
  calming: "it was in panic a moment ago: none are ended yet",
  "load-fell": "the calls of the whole window need fewer instances",
  "within-tolerance": "what would change is too little to be worth it",
  idle: "no call came for longer than instances are kept",
  least: "the spec asks for so many at least",
  most: "the spec allows no more",
  "up-rate": "no more may be started at once",
  "down-rate": "no more may be ended at once",
  backlog: "what waits is to be gone within the drain time",
  age: "the oldest message has waited for longer than the drain time",
  "backlog-empty": "nothing waits",
  "one-for-each": "each call has an instance of its own",
  "processor-busy": "the processor is busy: more instances would only take turns",
  "too-few-gaps": "too few gaps between calls were seen to learn from",
  "gaps-scatter": "the gaps between calls follow no pattern",
  "gaps-too-long": "most calls come later than instances may be kept",
  "gaps-learnt": "so long nearly all gaps between calls last",
  "gaps-regular": "calls come in a regular pattern: an instance is started shortly before the next",
  "limit-grew": "answers come as fast as ever: more calls may be in flight",
  "limit-fell": "answers come slower than when there is no queue: fewer calls may be in flight",
  "limit-unused": "too few calls are in flight to learn from",
  "slower-by-itself":
    "fewer calls in flight made answers no faster: that is how long they take now",
  "line-full": "the waiting line is full",
  "no-time": "the wait would be longer than the caller has time",
  "line-stands": "the line has not been empty for a while: only who is served soon may wait",
  "memory-high":
    "memory is above its high mark: the idlest are ended until it is below the low one",
  "memory-stuck": "memory is above its high mark, and nothing that may be ended is idle",
  "memory-fine": "memory is below its high mark",
} as const;

export type Reason = keyof typeof reasons;
