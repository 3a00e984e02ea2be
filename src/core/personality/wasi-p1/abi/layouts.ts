// table: what the two previews of the contract spell differently
/** The numbers of the ways to seek. */
export interface WhenceNumbers {
  readonly set: number;
  readonly cur: number;
  readonly end: number;
}

/** The status of a file: its size, and where its parts are. The three times follow the size. */
export interface FilestatLayout {
  readonly bytes: number;
  readonly links: number;
  readonly size: number;
}

/** A subscription of `poll_oneoff`: its size, and where the parts are that a clock has. */
export interface SubscriptionLayout {
  readonly bytes: number;
  readonly clock: number;
  readonly timeout: number;
  readonly clockFlags: number;
}

/** One preview of the contract, as far as it differs from the other. */
export interface Spelling {
  readonly whence: WhenceNumbers;
  readonly filestat: FilestatLayout;
  readonly subscription: SubscriptionLayout;
}

/** `wasi_unstable`. A subscription to a clock names its user data twice. */
export const preview0: Spelling = {
  whence: { cur: 0, end: 1, set: 2 },
  filestat: { bytes: 56, links: 20, size: 24 },
  subscription: { bytes: 56, clock: 24, timeout: 32, clockFlags: 48 },
};

/** `wasi_snapshot_preview1`. */
export const preview1: Spelling = {
  whence: { set: 0, cur: 1, end: 2 },
  filestat: { bytes: 64, links: 24, size: 32 },
  subscription: { bytes: 48, clock: 16, timeout: 24, clockFlags: 40 },
};
