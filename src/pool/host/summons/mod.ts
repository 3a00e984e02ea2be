/**
 * Work for processes that nobody asked for over a network, as a daemon and an executor tell each
 * other of it: messages of queues, runs of schedules, messages that processes send.
 *
 * Knows: the shapes, and what each outcome means.
 * Must hold: plain data.
 * Never imports: anything but core/host/traffic.
 */
export type {
  Again,
  Backlog,
  Post,
  PostAnswer,
  Summons,
  SummonsEnd,
  SummonsOutcome,
} from "./summons.ts";
