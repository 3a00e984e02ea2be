const kib = 1024;
const mib = 1024 * kib;

/** What one server of the protocol takes at most. */
export interface ApiBounds {
  /** Of a request's line and headers. */
  readonly headerBytesMax: number;
  /** A manifest of 10,000 processes is some 2 MiB of it. */
  readonly jsonBytesMax: number;
  readonly imageBytesMax: number;
  /** Of all JSON bodies that are being read. */
  readonly bodiesBytesMax: number;
  /** Of all answers that were not taken yet. One may be larger, if it is alone. */
  readonly answersBytesMax: number;
  readonly connectionsMax: number;
  readonly uploadsMax: number;
  readonly followersMax: number;
  /** Of a connection, until its first or next request has said all but its body. */
  readonly headersMs: number;
  /** How often it is looked for whose are late: they are refused by so much later at most. */
  readonly lateCheckMs: number;
  /** Until all of a JSON body has come. */
  readonly bodyMs: number;
  /** In which nothing comes and nothing is taken. */
  readonly idleMs: number;
  /** Between two comments to who follows events. */
  readonly heartbeatMs: number;
  /** So much of a body that nobody wants is read, so that the refusal can be. */
  readonly unreadBytesMax: number;
  readonly unreadMs: number;
  /** What is being answered when the server closes may take so long. */
  readonly closeMs: number;
}

export const apiBounds: ApiBounds = {
  headerBytesMax: 16 * kib,
  jsonBytesMax: 16 * mib,
  imageBytesMax: 2048 * mib,
  bodiesBytesMax: 64 * mib,
  answersBytesMax: 64 * mib,
  connectionsMax: 2048,
  uploadsMax: 8,
  followersMax: 1024,
  headersMs: 10_000,
  lateCheckMs: 1000,
  bodyMs: 30_000,
  idleMs: 60_000,
  heartbeatMs: 15_000,
  unreadBytesMax: 64 * mib,
  unreadMs: 2000,
  closeMs: 1000,
};
