/**
 * Cryptography of the web: the engine's, and what it lacks.
 *
 * Knows: what the standard asks of keys, and Ed25519, AES-KW and formats of keys, which are made of
 * the engine's pieces and @noble/ed25519.
 * Must hold: a program's key does what it is for and nothing else, whatever the
 * engine's can; chance comes from the host, call by call; nothing of it is kept.
 * Never imports: anything of the prelude.
 * Start reading at `complete.ts`.
 */
export { completeCrypto } from "./complete.ts";
export { cloneKey } from "./keys.ts";
