import { makeProgram, type Program } from "#core/machine";
import { Launcher, type LoadOptions } from "./launcher.ts";

/** One kernel with all that is around it, on any host: the embeddable whole. */
export class System extends Launcher {
  /**
   * Validates, instruments and compiles a program, to be started any number of times. Throws a
   * `PlatformError` that says what is wrong with it.
   */
  load(bytes: Uint8Array, options: LoadOptions = {}): Program {
    const wanted = this.want(bytes, options);
    return wanted.find() ?? makeProgram(wanted);
  }
}
