/**
 * The port `Calendar`: cron expressions in the zones that Node knows.
 *
 * Knows: the library that reads cron expressions, and what of it we take.
 * Must hold: it asks no clock; the same moment gives the same next one.
 * Never imports: anything but sys and the port.
 * Start reading at `calendar.ts`; decision 20 has the choice of the library.
 */
export { calendar } from "./calendar.ts";
