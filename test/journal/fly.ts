import type { SimulationOptions } from "#adapters/sim";
import { FlightBudget, FlightRecorder } from "#core/journal/flight";
import { callNames } from "#core/system";
import { joined, record, type Recorded, type Scene } from "./stage.ts";

/** A run that was recorded whole, and by a flight recorder beside that. */
export interface Flight {
  readonly recorded: Recorded;
  readonly recorder: FlightRecorder;
  readonly budget: FlightBudget;
  /** What the flight recorder has written of it; nothing of a run that did not fail. */
  readonly bytes: Uint8Array;
  readonly askedForProgram: boolean;
}

interface FlyOptions {
  readonly bytesMax?: number;
  /** Whether the recorder is told to forget before anything is taken. */
  readonly isForgotten?: boolean;
}

/** Runs a scene with a flight recorder of so many bytes, and takes what that has. */
export async function fly(
  scene: Scene,
  options: Partial<SimulationOptions> & FlyOptions = {},
): Promise<Flight> {
  const { bytesMax, isForgotten = false, ...simulation } = options;
  const budget = new FlightBudget();
  const recorders: FlightRecorder[] = [];
  const recorded = await record(
    {
      ...scene,
      beside: (launch, host) => {
        const header = { launch, calls: callNames, isPreemptible: true };
        const recorder = new FlightRecorder({ header, host, budget, bytesMax });
        recorders.push(recorder);
        return recorder;
      },
    },
    simulation,
  );
  const [recorder] = recorders;
  if (recorder === undefined) throw new Error("one process has one recorder");
  if (isForgotten) recorder.forget();
  let askedForProgram = false;
  const pieces = recorder.take(() => {
    askedForProgram = true;
    return [{ name: "program", bytes: scene.program }];
  });
  const bytes = joined([...pieces]);
  return { recorded, recorder, budget, bytes, askedForProgram };
}
