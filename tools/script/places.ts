import { resolve } from "node:path";

export const projectFolder: string = resolve(import.meta.dirname, "..", "..");
