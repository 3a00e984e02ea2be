/** A request of late that another build answers otherwise. Plain data. */
export interface RehearsedAnswer {
  readonly method: string;
  readonly target: string;
  readonly differences: readonly {
    /**
     * `answer` where there is none, `status`, `header content-type`, `body`, `body line 3`, or a
     * place in JSON: `$.items[2].price`.
     */
    readonly place: string;
    /** What the build that serves answers there, aside as well, and what the new one does. */
    readonly before: string;
    readonly after: string;
  }[];
  /** How many places beyond these differ. */
  readonly more: number;
  /** How many requests to others were refused to the new build meanwhile. */
  readonly callsRefused: number;
}

/** What a rehearsal found. Plain data. */
export interface RehearsalReport {
  /** How many requests were kept, and how many of them were made again before time was over. */
  readonly recent: number;
  readonly made: number;
  /** Of those: both builds answer alike. */
  readonly same: number;
  /** They do not. */
  readonly differing: number;
  /** The build that serves does not answer aside as it did, so nothing can be said of another. */
  readonly unsettled: number;
  /** How some of those were answered then, and are aside: `GET /cart: 200, aside 502`. */
  readonly doubts: readonly string[];
  /** How many requests to others were refused to both. */
  readonly callsRefused: number;
  /** The first of those that differ. */
  readonly answers: readonly RehearsedAnswer[];
  /** Some places that are not compared: there two answers of the build that serves differ. */
  readonly unsteady: readonly string[];
}
