/**
 * Where what a request is for is served: on this executor, on another, or somewhere soon.
 *
 * Knows: routes and names of all that serves on the machine, as far as this executor was told;
 * requests that wait for a place to become known, and those that may go to a second one.
 * Must hold: a request is answered once, wherever it goes; lines are bounded in length and time.
 * Never imports: what serves, an adapter.
 * Start reading at `places.ts`.
 */
export { type OwnPlace, Places, type PlacesPorts } from "./places.ts";
